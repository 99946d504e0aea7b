"""Localizers that score candidate positions: a score becomes a posterior over the source area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.localizers.bagging import flight_parts
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.spec import Surroundings

#: Log-likelihood (R, N) of candidate positions (N, 2) for each part of a flight, up to constants.
CandidateScore = Callable[[FloatArray], FloatArray]

#: A coarse cell with more than this probability is refined.
_REFINED = 1e-2


class Scorer(Protocol):
    """Makes the score of candidate positions from the cells of a flight and its parts (R, C)."""

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore: ...


@dataclass(frozen=True)
class ScoredGrid:
    """Bagged posterior of a score s over the source area, with a uniform prior.

    It is the mean of the posteriors p_r(x) ∝ exp(s_r(x)) of the parts of the flight. The estimate
    is the geometric median of the posterior, which has the smallest expected error.

    Attributes:
        surroundings: the source area and the settings of the grid.
        scorer: makes the score from the cells of a flight.
        position_std_m: standard deviation of the logged positions, if the score does not model it.

    See also:
        `refined_posterior`: the grid. `rfsl.localizers.bagging.flight_parts`: the parts.
        `Posterior.median_m`: the estimate.
    """

    surroundings: Surroundings
    scorer: Scorer
    position_std_m: float

    def __call__(self, flight: Flight) -> Estimate:
        return self.locate(self.surroundings.cells(flight))

    def locate(self, cells: FlightCells) -> Estimate:
        """Estimate with its posterior, from the cells of a flight."""
        settings = self.surroundings.settings
        posterior = refined_posterior(
            self.scorer(cells, flight_parts(cells.travelled_m, settings.bagging)),
            self.surroundings.area,
            coarse_m=settings.coarse_grid_m,
            fine_m=settings.grid_m,
        ).blurred(self.position_std_m)
        return Estimate(posterior.median_m(), posterior)


def refined_posterior(
    score: CandidateScore, area: Box, *, coarse_m: float, fine_m: float
) -> Posterior:
    """Mean of the posteriors p_ri ∝ exp(s_r(x_i)) A_i over a coarse grid, refined where likely.

    Coarse cells with a probability of more than 0.01, and their neighbours, are cut into finer
    cells, which are scored again.

    Args:
        score: s_r, log-likelihood (R, N) of positions (N, 2) for each part, up to a constant each.
        area: the source area.
        coarse_m, fine_m: distance between candidates, in coarse and in refined cells.

    Raises:
        ConfigError: the area has too many coarse cells.

    Example:
        A constant score leaves the uniform prior, whose median is the centre of the area.

        >>> area = Box(west_m=0.0, east_m=40.0, south_m=0.0, north_m=20.0)
        >>> constant = lambda xy_m: np.zeros((1, len(xy_m)))
        >>> uniform = refined_posterior(constant, area, coarse_m=10.0, fine_m=5.0)
        >>> uniform.median_m().round(3).tolist(), float(uniform.cell_m2.sum())
        ([20.0, 10.0], 800.0)
    """
    step_m = area.grid_step(coarse_m)
    xy_m = area.grid(coarse_m)
    value = score(xy_m)
    cell_m2 = np.full(len(xy_m), np.prod(step_m))
    aspect = float(step_m[0] / step_m[1])
    coarse = Posterior.of(xy_m, value, cell_m2, aspect)
    likely_m = xy_m[coarse.probability > _REFINED]
    # A narrow peak may lie between coarse centres, so the neighbours are refined as well.
    near = np.abs(xy_m[:, None] - likely_m) < 1.5 * step_m
    refined = np.any(np.all(near, axis=2), axis=1)
    parts = max(1, round(coarse_m / fine_m))
    steps = (np.arange(parts) + 0.5) / parts - 0.5
    offsets_m = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) * step_m
    fine_xy_m = (xy_m[refined][:, None] + offsets_m).reshape(-1, 2)
    if len(fine_xy_m) == 0:
        return coarse
    fine_m2 = np.full(len(fine_xy_m), np.prod(step_m) / parts**2)
    return Posterior.of(
        np.concatenate([xy_m[~refined], fine_xy_m]),
        np.concatenate([value[:, ~refined], score(fine_xy_m)], axis=1),
        np.concatenate([cell_m2[~refined], fine_m2]),
        aspect,
    )
