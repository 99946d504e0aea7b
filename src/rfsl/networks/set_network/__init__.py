"""Set network: score of candidate positions from the set of a flight's cells.

A score is a log-likelihood of candidate positions, up to a constant. The network describes each
cell relative to a candidate. Means and sums over the cells make up the score, so the order of the
cells does not matter (Deep Sets). It is trained on simulated flights to find the source among
candidates. docs/explanation/localizers.md describes it.

- `formula`: the score, written once for PyTorch and NumPy.
- `network`: the network as it is trained, in PyTorch.
- `score`: the score of a trained network, in NumPy.
- `training`: training on simulated flights, and files of weights.

To add a mode that uses it, see docs/how-to/add-mode.md.
"""
