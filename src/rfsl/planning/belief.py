"""What is believed in flight: the posterior so far on a coarse grid, and where it is strong."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.frames import Box
from rfsl.localizers.bagging import flight_parts
from rfsl.localizers.methods.kriging import kriging_scorer
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.screening import CandidateScore
from rfsl.planning.mission import Situation

#: More places than this would cost more time than a decision has.
_MOST_PLACES = 400


def posterior_so_far(situation: Situation, grid_m: float) -> Posterior:
    """The bagged posterior of kriging on an even grid; uniform while too little was measured.

    Args:
        grid_m: distance between places of the source area; larger in a large area, which has 400
            places at the most.
    """
    surroundings, cells = situation.mission.surroundings, situation.cells
    area = surroundings.area
    grid_m = max(grid_m, float(np.sqrt(4.0 * np.prod(area.half_size_m) / _MOST_PLACES)))
    if cells is None:
        return even_posterior(area, grid_m)
    parts = flight_parts(cells.travelled_m, surroundings.settings.bagging)
    return _on_grid(area, grid_m, kriging_scorer(surroundings)(cells, parts))


def even_posterior(area: Box, grid_m: float) -> Posterior:
    """The uniform prior over an area, on a grid of that distance."""
    return _on_grid(area, grid_m, lambda xy_m: np.zeros(len(xy_m)))


def _on_grid(area: Box, grid_m: float, score: CandidateScore) -> Posterior:
    xy_m, step_m = area.grid(grid_m), area.grid_step(grid_m)
    cell_m2 = np.full(len(xy_m), float(np.prod(step_m)))
    return Posterior.of(xy_m, score(xy_m), cell_m2, float(step_m[0] / step_m[1]))


def strongest_m(situation: Situation) -> FloatArray | None:
    """Where (2,) the strongest cell was measured; None while too little was measured."""
    cells = situation.cells
    if cells is None:
        return None
    return np.asarray(cells.position_m[np.argmax(cells.rss_db), :2])
