"""Candidate ways for the rest of a flight: legs that go on with a pattern."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Posterior
from rfsl.planning.mission import Mission, Situation
from rfsl.planning.patterns import lawnmower, rectangle, star

#: Radii of the stars about places of the posterior, and their number of ends.
_RADII_M, _RAYS = (35.0, 70.0), 7
#: Rings inside the fence, as shares of it; distances between the legs of sweeps.
_RINGS, _SPACINGS_M = (0.92, 0.6, 0.3), (45.0, 80.0)
#: Single legs into so many directions, so far.
_DIRECTIONS, _LEG_M = 8, 90.0
#: There is a likely part if the 50 % region is less than this share of the area.
_LIKELY_SHARE = 0.3
#: Places that are drawn from the posterior beside its median.
_DRAWS = 3


def candidate_ways(situation: Situation, posterior: Posterior) -> Iterator[FloatArray]:
    """Ways (W, 2) from where the UAV is, without that place; each lasts until the flight's end.

    - stars about the median of the posterior and about places drawn from it;
    - rings over the searched part of the fence, from the outer one inwards and from an
      inner one outwards;
    - sweeps of parallel legs over it, and over the likely part;
    - single legs into all directions.

    What is left of the time after a way is spent on a star about the median.
    """
    fence, here_m = situation.mission.fence, situation.here_m
    median_m = posterior.median_m()
    draws = situation.rng.choice(len(posterior.xy_m), _DRAWS, p=posterior.probability)
    middles_m = fence.pulled_in(np.vstack([median_m, posterior.xy_m[draws]]))
    last = star(middles_m[0], _RADII_M[0], _RAYS, here_m)
    for middle_m in middles_m:
        for radius_m in _RADII_M:
            yield _lasting(situation, [star(middle_m, radius_m, _RAYS, here_m), last])
    box = searched(situation.mission)
    rings = [_scaled(box, share) for share in _RINGS]
    for first in range(len(rings)):
        for order in (rings[first:], rings[first::-1]):
            yield _lasting(situation, [*_ringed(order, here_m), last])
    for spacing_m in _SPACINGS_M:
        yield _lasting(situation, [lawnmower(box, spacing_m, here_m), last])
    if posterior.region_m2(0.5) < _LIKELY_SHARE * posterior.cell_m2.sum():
        likely = _likely(posterior, box)
        yield _lasting(situation, [lawnmower(likely, _SPACINGS_M[0], here_m), last])
    angle = 2.0 * np.pi * (np.arange(_DIRECTIONS) + situation.rng.random()) / _DIRECTIONS
    for leg_m in _LEG_M * np.column_stack([np.cos(angle), np.sin(angle)]):
        yield _lasting(situation, [here_m + leg_m[None], last])


def searched(mission: Mission) -> Box:
    """The part of the fence's box over the source area; the whole box if they do not overlap."""
    box = mission.fence.box
    try:
        return box.overlap(mission.surroundings.area)
    except ValueError:
        return box


def _lasting(situation: Situation, parts: list[FloatArray]) -> FloatArray:
    """Parts one after the other, the last one again and again, until the flight is over."""
    mission = situation.mission
    way = mission.fence.pulled_in(np.concatenate(parts))
    while True:
        whole = np.concatenate([situation.here_m[None], way])
        legs_m = np.linalg.norm(np.diff(whole, axis=0), axis=1)
        moved = legs_m > 1.0
        way, legs_m = way[moved], legs_m[moved]
        needed_s = float((mission.motion.leg_s(legs_m) + mission.motion.turn_s).sum())
        if needed_s >= situation.left_s:
            return way
        way = np.concatenate([way, mission.fence.pulled_in(parts[-1])])


def _scaled(box: Box, share: float) -> Box:
    """A box about the same centre."""
    (east_m, north_m), (x_m, y_m) = box.center_m, box.half_size_m
    return Box(
        east_m - share * x_m, east_m + share * x_m, north_m - share * y_m, north_m + share * y_m
    )


def _ringed(rings: list[Box], here_m: FloatArray) -> Iterator[FloatArray]:
    for ring in rings:
        path = rectangle(ring, here_m)
        here_m = path[-1]
        yield path


def _likely(posterior: Posterior, box: Box) -> Box:
    """The part of a box, 60 m wide at least, round the places of the 50 % region."""
    xy_m = box.clip(posterior.xy_m[posterior.region(0.5)])
    low_m, high_m = xy_m.min(axis=0) - 30.0, xy_m.max(axis=0) + 30.0
    (west_m, south_m), (east_m, north_m) = box.clip(np.stack([low_m, high_m]))
    return Box(west_m, east_m, south_m, north_m)
