"""Fit of the weights that combine kriging with set networks, on simulated flights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rfsl.config.localizers import LocalizerSettings
from rfsl.io.progress import tracked
from rfsl.localizers.bagging import whole_flight
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.methods.kriging import KrigingScorer
from rfsl.localizers.pool import Pool, ScoredFlight, fit_weights
from rfsl.localizers.scored_grid import refined_posterior
from rfsl.localizers.set_scorer import SetScorer
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.simulation.flights import FlightSimulator


def fit_pool(
    simulator: FlightSimulator,
    settings: LocalizerSettings,
    weights: Sequence[Path],
    set_cell_m: float,
    seed: int,
) -> Pool:
    """Weights of each network with kriging, and of the mean of all networks with kriging.

    Args:
        weights: files of the networks, in the order of their seeds.
        set_cell_m: length of the cells that the networks see.
        seed: the config's seed, from which the validation flights are drawn.
    """
    profile, residual = simulator.calibration.profile, simulator.calibration.residual
    likelihood = CellLikelihood(Calibrated(profile), profile, residual)
    kriging = KrigingScorer(likelihood, simulator.source_height_m)
    networks = [SetScorer.of([path], set_cell_m) for path in weights]
    each: list[list[ScoredFlight]] = [[] for _ in networks]
    ensemble: list[ScoredFlight] = []
    count = simulator.settings.validation_flights
    for number in tracked(range(count), count, "simulated flights"):
        flight = simulator.draw(seed, "validation", number)
        whole = whole_flight(flight.cells.rss_db.size)
        score = kriging(flight.cells, whole)
        grid = refined_posterior(
            score, simulator.source_area, coarse_m=settings.coarse_grid_m, fine_m=settings.grid_m
        )
        own = score(grid.xy_m)[0]
        scores = [network(flight.cells, whole)(grid.xy_m)[0] for network in networks]
        for item, parts in zip(scores, each, strict=True):
            parts.append(ScoredFlight.of(own, item, grid, flight.source_xy_m))
        mean = np.mean(scores, axis=0)
        ensemble.append(ScoredFlight.of(own, mean, grid, flight.source_xy_m))
    return Pool(
        each={number: fit_weights(parts) for number, parts in enumerate(each)},
        ensemble=fit_weights(ensemble),
        flights=count,
    )
