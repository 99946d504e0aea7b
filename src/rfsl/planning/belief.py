"""What is believed in flight: the posterior so far on a coarse grid, and where it is strong."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.localizers.bagging import flight_parts
from rfsl.localizers.methods.kriging import kriging_scorer
from rfsl.localizers.posterior import Posterior
from rfsl.planning.mission import Situation

#: More places than this would cost more time than a decision has.
_MOST_PLACES = 400


def posterior_so_far(situation: Situation, grid_m: float) -> Posterior:
    """The bagged posterior of kriging on an even grid; uniform while too little was measured.

    Args:
        grid_m: distance between places of the source area; larger in a large area, which has 400
            places at the most.
    """
    surroundings = situation.mission.surroundings
    area = surroundings.area
    grid_m = max(grid_m, float(np.sqrt(4.0 * np.prod(area.half_size_m) / _MOST_PLACES)))
    xy_m, step_m = area.grid(grid_m), area.grid_step(grid_m)
    cell_m2 = np.full(len(xy_m), float(np.prod(step_m)))
    score: FloatArray = np.zeros(len(xy_m))
    cells = situation.cells
    if cells is not None:
        parts = flight_parts(cells.travelled_m, surroundings.settings.bagging)
        score = kriging_scorer(surroundings)(cells, parts)(xy_m)
    return Posterior.of(xy_m, score, cell_m2, float(step_m[0] / step_m[1]))


def strongest_m(situation: Situation) -> FloatArray | None:
    """Where (2,) the strongest cell was measured; None while too little was measured."""
    cells = situation.cells
    if cells is None:
        return None
    return np.asarray(cells.position_m[np.argmax(cells.rss_db), :2])
