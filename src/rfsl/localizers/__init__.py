"""Localizers: each estimates the position of the source from one flight.

A localizer takes a `Flight` and returns an `Estimate`: a position and, if it has one, a posterior,
the probability of the source over cells of the source area. Most localizers average the flight over
stretches of its path first (`FlightCells`). A score is a log-likelihood of candidate positions, up
to a constant; any score becomes a posterior on a grid. The level of the RSS is unknown on real
flights, so no localizer may use it.

- `spec`: what a localizer is, and what it knows beside the flight.
- `methods`: the localizers themselves, one module each.
- `build`: the localizers of a mode, for one trial.
- `posterior`: probability over cells of the source area: its median, regions and expected error.
- `regions`, `outlines`: regions of a posterior as polygons; contours of its density.
- `scored_grid`: posterior of a score over a grid that is refined where the probability is.
- `growing`: the same posterior again and again while the flight grows.
- `screening`: unlikely candidates on long flights, which a few cells of the flight rule out.
- `likelihood`: likelihood of RSS under a propagation model with uncertain gain and shadowing.
- `set_scorer`: the score of trained set networks.
- `coverage`: which regions are given, and the words of the table of how often they hold.
- `bagging`: the parts of a flight over which a posterior is averaged.
- `pool`: kriging and set networks combined by a weighted sum of their scores.
- `pool_fitting`: the weights of that sum, fitted on simulated flights.

To add a localizer, see docs/how-to/add-localizer.md; to add a mode, docs/how-to/add-mode.md.
docs/explanation/localizers.md explains how they work.
"""
