"""Networks on radio maps (LocHeatmap): completed maps, and heatmaps of the source's position.

A network on maps is a convolutional network with a target. With target `rss` or `aoa` it completes
a sparse map. With target `log_distance` or `gaussian` it makes a heatmap, which is largest at the
source, and a decoder reads the position from it. A network may take completed maps of others as its
inputs. Maps are (B, C, H, W) with the axes of `rfsl.radiomaps`.

- `layers`: what the architectures share.
- `autoencoders`: DCAE and modified DCAE, without and with skip connections, which complete maps.
- `locunet`: LocUNet, which makes heatmaps.
- `build`: architectures by name.
- `network`: a network with the networks that complete its inputs, and its file of weights.
- `targets`: heatmaps to be learned.
- `decoders`: argmax, DSNT and soft-argmax: from a heatmap to a position.
- `losses`: error of heatmaps and of the positions read from them.
- `original`: LocHeatmap's own loss and training, for networks with `original: true`.
- `training`: training, with maps measured anew in every epoch.
- `precision`: which precision trains fastest on a device.

To add an architecture, a target or a decoder, see docs/how-to/add-mode.md.
docs/explanation/heatmaps.md has the modes and their errors.
"""
