"""RealAdaptRNet: position of the source from the feature vector of a flight.

The paper's network (section III-C) is a one-dimensional ResNet followed by a multilayer perceptron.
It is trained on simulated sources over one trajectory, and maps features (`rfsl.features`) straight
to a position, without a posterior.

- `layers`: convolution with batch norm, and mean pool, over sequences (B, L, C).
- `network`: the network, with scaling of its inputs and outputs, and the number of its FLOPs.
- `training`: training, estimates, and files of weights.

To add a mode or a representation, see docs/how-to/add-mode.md.
"""
