"""The way that makes the expected error smallest at the times that count."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.planning.belief import posterior_so_far
from rfsl.planning.candidates import candidate_ways
from rfsl.planning.forecast import Forecast
from rfsl.planning.mission import PolicySpec, Situation
from rfsl.planning.motion import FlownCells

#: Drawn sources, and length of the cells by which the candidates are compared.
_SOURCES, _CELL_M = 36, 30.0
#: The way is chosen anew after this time, at the end of a leg.
_AGAIN_S = 25.0


def choose(situation: Situation) -> FloatArray:
    """The first legs of the best way."""
    return first_legs(situation, best_way(situation), _AGAIN_S)


def best_way(situation: Situation) -> FloatArray:
    """The best way for the rest of the flight."""
    grid_m = situation.mission.surroundings.settings.coarse_grid_m
    posterior = posterior_so_far(situation, grid_m)
    forecast = Forecast.of(situation, posterior, _SOURCES, _CELL_M)
    ways = list(candidate_ways(situation, posterior))
    costs = [cost(situation, forecast, way) for way in ways]
    return ways[int(np.argmin(costs))]


def cost(situation: Situation, forecast: Forecast, way: FloatArray) -> float:
    """Expected error at the next time that counts, if the way is flown until then."""
    next_s = min(time_s for time_s in situation.mission.times_s if time_s > situation.time_s)
    path_m = np.concatenate([situation.here_m[None], way])
    motion = situation.mission.motion.without_take_off()
    count = int(motion.flown_m(path_m, next_s - situation.time_s)[0] // _CELL_M)
    if count == 0:
        return 0.0
    path = FlownCells.of(path_m, count * _CELL_M, _CELL_M)
    return forecast.outcome(path).expected_error_m()


def first_legs(situation: Situation, way: FloatArray, time_s: float) -> FloatArray:
    """The legs of a way up to the first end that is at least so far away in time."""
    motion = situation.mission.motion.without_take_off()
    ready_s = motion.ready_s(np.concatenate([situation.here_m[None], way]))[1:]
    return way[: int(np.searchsorted(ready_s, time_s)) + 1]


SPEC = PolicySpec(choose, label="expected error", whole=best_way)
