"""A star about the true place, or about the place of the fence that is nearest to it."""

from __future__ import annotations

from rfsl.arrays import FloatArray
from rfsl.planning.mission import PolicySpec, Situation
from rfsl.planning.patterns import star

_RADIUS_M, _RAYS = 60.0, 7


def choose(situation: Situation) -> FloatArray:
    """The legs of one star."""
    assert situation.source_xy_m is not None  # `told` says so
    middle_m = situation.mission.fence.pulled_in(situation.source_xy_m[None])[0]
    return star(middle_m, _RADIUS_M, _RAYS, situation.here_m)


SPEC = PolicySpec(choose, label="star (told the place)", told=True)
