"""Parallel legs over the whole fence."""

from __future__ import annotations

from rfsl.arrays import FloatArray
from rfsl.planning.mission import PolicySpec, Situation
from rfsl.planning.patterns import lawnmower

_SPACING_M = 45.0


def choose(situation: Situation) -> FloatArray:
    """The legs of one sweep, from the corner next to the UAV."""
    return lawnmower(situation.mission.fence.box, _SPACING_M, situation.here_m)


SPEC = PolicySpec(choose, label="lawnmower")
