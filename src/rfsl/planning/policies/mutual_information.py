"""The leg that tells most about the place: greedy mutual information."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.planning.belief import posterior_so_far
from rfsl.planning.forecast import Forecast
from rfsl.planning.mission import PolicySpec, Situation
from rfsl.planning.motion import FlownCells

#: Directions and lengths of the legs that are compared.
_DIRECTIONS, _LENGTHS_M = 12, (60.0, 140.0)
#: Drawn sources, and length of the cells of the legs.
_SOURCES, _CELL_M = 40, 20.0


def choose(situation: Situation) -> FloatArray:
    """The end of the leg with the most mutual information for its time."""
    grid_m = situation.mission.surroundings.settings.coarse_grid_m
    posterior = posterior_so_far(situation, grid_m)
    forecast = Forecast.of(situation, posterior, _SOURCES, _CELL_M)
    angle = 2.0 * np.pi * (np.arange(_DIRECTIONS) + situation.rng.random()) / _DIRECTIONS
    towards = np.column_stack([np.cos(angle), np.sin(angle)])
    ends_m = np.concatenate([situation.here_m + length_m * towards for length_m in _LENGTHS_M])
    ends_m = situation.mission.fence.pulled_in(ends_m)
    return ends_m[[int(np.argmax([_rate(situation, forecast, end_m) for end_m in ends_m]))]]


def _rate(situation: Situation, forecast: Forecast, end_m: FloatArray) -> float:
    """Mutual information (nats) of a leg for each second; a leg of no cell has none."""
    path_m = np.stack([situation.here_m, end_m])
    length_m = float(np.linalg.norm(end_m - situation.here_m))
    count = int(length_m // _CELL_M)
    if count == 0:
        return -1.0
    path = FlownCells.of(path_m, count * _CELL_M, _CELL_M)
    motion = situation.mission.motion
    return forecast.outcome(path).mutual_information() / float(
        motion.leg_s(length_m) + motion.turn_s
    )


SPEC = PolicySpec(choose, label="mutual information")
