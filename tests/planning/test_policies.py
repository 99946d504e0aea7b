"""Every policy flies: inside the fence, to the end, the same way each time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from shapely.geometry import Polygon
from support.worlds import mission, small_world

from rfsl.planning.closed_loop import PlannedFlight, PolicyError, flown_cells, fly
from rfsl.planning.fence import Fence
from rfsl.planning.mission import PolicySpec
from rfsl.planning.policies import POLICIES

#: A fence with a corner cut out, round which policies have to fly.
BENT = Fence(
    Polygon([(-15, -50), (285, -50), (285, 60), (150, 60), (150, 215), (-15, 215)]), 20.0, 60.0
)


@cache
def flown(name: str, fence: Fence | None = None) -> PlannedFlight:
    return fly(small_world(), mission(fence=fence), POLICIES[name], np.random.default_rng(4))


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_it_flies_inside_the_fence_until_the_end(name: str) -> None:
    planned = mission(fence=BENT)
    flight = flown(name, BENT)
    assert planned.motion.ready_s(flight.waypoints_m)[-1] >= planned.times_s[-1]
    heights_m = np.full((len(flight.waypoints_m), 1), planned.height_m)
    waypoints_m = np.hstack([flight.waypoints_m, heights_m])
    BENT.check(waypoints_m[0], waypoints_m[1:])
    legs_m = np.linalg.norm(np.diff(flight.waypoints_m, axis=0), axis=1)
    assert legs_m.min() > 0.0


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_it_flies_the_same_way_again(name: str) -> None:
    again = fly(small_world(), mission(), POLICIES[name], np.random.default_rng(4))
    np.testing.assert_array_equal(again.waypoints_m, flown(name).waypoints_m)


def test_only_the_oracle_is_told_the_place() -> None:
    assert [name for name, spec in POLICIES.items() if spec.told] == ["star_oracle"]
    planned, world = mission(), small_world()
    ends_m = flown("star_oracle").waypoints_m[2:6]
    nearest_m = planned.fence.pulled_in(world.source_xy_m[None])[0]
    assert np.linalg.norm(ends_m - nearest_m, axis=1).max() < 61.0


def test_the_spiral_is_the_one_that_networks_are_trained_on() -> None:
    """The first lap is that of the simulated trajectory."""
    from rfsl.config.config import Config
    from rfsl.geometry.trajectories import spiral

    planned, config = mission(), Config()
    area = planned.surroundings.area
    path = spiral(config.spiral, planned.fence.box, area)
    row = int(np.searchsorted(path.time_s, planned.times_s[0]))
    own_m = planned.motion.flown_m(flown("spiral").waypoints_m, planned.times_s[0])[0]
    assert own_m == pytest.approx(path.travelled_m[row], abs=1.0)


def test_a_policy_that_stands_still_is_stopped() -> None:
    still = PolicySpec(lambda situation: situation.here_m[None], label="still")
    with pytest.raises(PolicyError, match="still: chose no waypoint"):
        fly(small_world(), mission(), still, np.random.default_rng(0))


def test_what_was_measured_grows() -> None:
    planned, world = mission(times_s=(240.0,)), small_world()
    way_m = fly(world, planned, POLICIES["lawnmower"], np.random.default_rng(0)).waypoints_m
    early, late = (flown_cells(world, planned, way_m, time_s) for time_s in (150.0, 240.0))
    assert early is not None and late is not None
    count = early.rss_db.size
    assert late.rss_db.size > count
    np.testing.assert_array_equal(late.rss_db[:count], early.rss_db)


def test_without_a_signal_policies_fly_on() -> None:
    """A receiver that never acquires: whatever policies do, they reach the end."""
    deaf = replace(small_world(), acquisition_db=1e3)
    for name in ("strongest", "upper_confidence", "shrinking_rectangles"):
        planned = mission(times_s=(30.0, 50.0))
        flight = fly(deaf, planned, POLICIES[name], np.random.default_rng(1))
        assert planned.motion.ready_s(flight.waypoints_m)[-1] >= 50.0
