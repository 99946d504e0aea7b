"""Greedy towards the strongest RSS: fly across the strongest place so far, again and again."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.planning.belief import strongest_m
from rfsl.planning.mission import PolicySpec, Situation

#: How far beyond the strongest place a leg goes, and how far it turns against the last one.
_BEYOND_M, _TURN_RAD = 45.0, np.radians(100.0)


def choose(situation: Situation) -> FloatArray:
    """The strongest place, then on into a new direction.

    Without a signal it is the middle of the fence first, and then places at random.
    """
    goal_m = strongest_m(situation)
    if goal_m is None:
        box = situation.mission.fence.box
        if len(situation.waypoints_m) == 1:
            return np.array([box.center_m])
        low_m, high_m = (box.west_m, box.south_m), (box.east_m, box.north_m)
        return situation.rng.uniform(low_m, high_m, (1, 2))
    turn = _TURN_RAD * len(situation.waypoints_m)
    beyond_m = goal_m + _BEYOND_M * np.array([np.cos(turn), np.sin(turn)])
    return np.stack([goal_m, beyond_m])


SPEC = PolicySpec(choose, label="towards the strongest RSS")
