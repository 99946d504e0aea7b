"""RealAdaptRNet: a position from a vector of features."""
