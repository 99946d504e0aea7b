"""Simulated measurements: RSS along the trajectory, flights drawn from a calibration, trials.

Networks are trained on simulations alone, so these have to look like what a receiver logs. A data
set holds the RSS along one trajectory for sources spread over the source area: a propagation model
gives the power, a receiver adds shadowing, loss of lock, noise and an unknown offset. Set networks
learn from flights of any shape, which are drawn from a calibration. Synthetic trials stand in for
real flights; their field model differs on purpose from the simulators.

- `sources`: data sets of RSS along the trajectory, source by source.
- `receiver`: what lies between the field at the antenna and the logged RSS.
- `flights`: flights drawn from a calibration, by cells of the path.
- `worlds`: worlds in which any path can be flown, for planners.
- `field_model`: synthetic trials.
- `files`: reads and writes results/simulation/.../{shard}.arrow (see docs/reference/files.md).

`receivers:` in the config holds receivers by name, and `simulation.receivers` says which of them
each propagation model is simulated with.
"""
