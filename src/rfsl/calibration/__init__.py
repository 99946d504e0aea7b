"""What flights over known sources teach: loss behind the legs, gain, shadowing, the receiver's lock."""
