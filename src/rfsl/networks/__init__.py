"""Networks: the trained networks, one room each, with model, training and files of weights.

Each room has a network and the loop that trains it on simulated data. A training writes
model.safetensors (weights, nothing pickled), history.csv (a line for each epoch; the set network
has none) and summary.json into results/models/; docs/reference/files.md describes them. All
trainings save checkpoints, so that a job that was killed continues where it stopped.

- `realadaptrnet`: position from a feature vector (RealAdaptRNet, the paper's network).
- `heatmap`: heatmaps of the source's position, and completed radio maps (LocHeatmap).
- `set_network`: score of candidate positions from the set of a flight's cells.
- `checkpoints`: checkpoint files, and the state of a training.
- `torch_support`: device of a training, its random numbers, number of parameters.

To add a mode that uses a network, see docs/how-to/add-mode.md.
"""
