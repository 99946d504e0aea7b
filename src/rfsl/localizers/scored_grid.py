"""Localizers that score candidate positions: a posterior over the source area from any score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.spec import Surroundings

#: Log-likelihood (N,) of candidate positions (N, 2), up to a constant.
CandidateScore = Callable[[FloatArray], FloatArray]

#: A coarse cell with more than this of the probability is refined.
_REFINED = 3e-3


class Scorer(Protocol):
    """What a flight's cells say of candidate positions."""

    def __call__(self, cells: FlightCells) -> CandidateScore: ...


@dataclass(frozen=True)
class ScoredGrid:
    """Posterior of a score over the source area, every place alike beforehand.

    The estimate is the geometric median of the posterior, which has the smallest expected error.

    Attributes:
        position_std_m: error of the logged positions that the score does not know of.
    """

    surroundings: Surroundings
    scorer: Scorer
    position_std_m: float

    def __call__(self, flight: Flight) -> Estimate:
        return self.locate(self.surroundings.cells(flight))

    def locate(self, cells: FlightCells) -> Estimate:
        """The estimate from the cells of a flight."""
        settings = self.surroundings.settings
        posterior = refined_posterior(
            self.scorer(cells),
            self.surroundings.area,
            coarse_m=settings.coarse_grid_m,
            fine_m=settings.grid_m,
        ).blurred(self.position_std_m)
        return Estimate(posterior.median_m(), posterior)


def refined_posterior(
    score: CandidateScore, area: Box, *, coarse_m: float, fine_m: float
) -> Posterior:
    """Posterior over a coarse grid, refined where much of the probability is.

    Args:
        coarse_m, fine_m: distance between candidates, of the first and of the refined cells.
    """
    step_m = area.grid_step(coarse_m)
    xy_m = area.grid(coarse_m)
    value = score(xy_m)
    cell_m2 = np.full(len(xy_m), np.prod(step_m))
    aspect = float(step_m[0] / step_m[1])
    coarse = Posterior.of(xy_m, value, cell_m2, aspect)
    likely_m = xy_m[coarse.probability > _REFINED]
    # A narrow peak may stand between coarse centres, so their neighbours are refined as well.
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
        np.concatenate([value[~refined], score(fine_xy_m)]),
        np.concatenate([cell_m2[~refined], fine_m2]),
        aspect,
    )
