"""The fence holds what is inside, and ways stay inside."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

from rfsl.geometry.frames import Box
from rfsl.planning.fence import Fence, FenceError, one_polygon

#: An L, and a square with a hole.
BENT = Fence(Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)]), 20.0, 60.0)
HOLED = Fence(
    Polygon([(0, 0), (90, 0), (90, 90), (0, 90)], [[(30, 30), (60, 30), (60, 60), (30, 60)]]),
    20.0,
    60.0,
)
places = st.tuples(st.floats(-50.0, 150.0), st.floats(-50.0, 150.0))


@given(places, places, st.sampled_from([BENT, HOLED]))
def test_a_way_stays_inside_and_is_no_shorter_than_the_line(
    first: tuple[float, float], second: tuple[float, float], fence: Fence
) -> None:
    here_m, goal_m = fence.pulled_in(np.array([first, second]))
    way_m = np.vstack([here_m, fence.route(here_m, goal_m)])
    assert np.allclose(way_m[-1], goal_m)
    assert all(fence.holds_leg(a, b) for a, b in pairwise(way_m))
    length_m = np.linalg.norm(np.diff(way_m, axis=0), axis=1).sum()
    assert length_m >= np.linalg.norm(goal_m - here_m) - 1e-9


def test_the_way_round_a_hole_is_the_shortest_one() -> None:
    way_m = HOLED.route(np.array([0.0, 40.0]), np.array([90.0, 50.0]))
    # Round the upper side: from (0, 40) over (30, 60) and (60, 60) to (90, 50).
    length_m = np.linalg.norm(np.diff(np.vstack([[0.0, 40.0], way_m]), axis=0), axis=1).sum()
    assert length_m == pytest.approx(np.hypot(30, 20) + 30 + np.hypot(30, 10))


@given(places)
def test_the_nearest_place_inside(place: tuple[float, float]) -> None:
    (moved_m,) = BENT.pulled_in(np.array([place]))
    away_m = BENT.polygon_m.distance(shapely.Point(place))
    assert np.linalg.norm(moved_m - place) == pytest.approx(away_m, abs=0.05)
    assert BENT.holds(moved_m[None])[0]


@pytest.mark.parametrize(
    ("waypoints_m", "said"),
    [
        ([[50.0, 10.0, 19.0]], "waypoint 1: found a height of 19.0 m; the fence allows 20 to 60 m"),
        ([[50.0, 10.0, 30.0], [50.0, 50.0, 30.0]], "waypoint 2 at 50.0 m east, 50.0 m north"),
        ([[90.0, 10.0, 30.0], [10.0, 90.0, 30.0]], "the leg to waypoint 2 leaves the fence"),
    ],
)
def test_a_flight_outside_is_refused(waypoints_m: list[list[float]], said: str) -> None:
    with pytest.raises(FenceError, match=said):
        BENT.check(np.array([10.0, 10.0, 30.0]), np.array(waypoints_m))


def test_a_flight_inside_is_not() -> None:
    BENT.check(np.array([10.0, 10.0, 30.0]), np.array([[90.0, 10.0, 20.0], [100.0, 20.0, 60.0]]))


def test_no_way_leads_to_a_place_outside() -> None:
    with pytest.raises(FenceError, match="no way inside the fence"):
        BENT.route(np.array([10.0, 10.0]), np.array([80.0, 80.0]))


def test_a_fence_is_one_polygon() -> None:
    apart = MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])
    with pytest.raises(FenceError, match="found 2 separate polygons"):
        one_polygon(apart, "fence.kml")
    assert one_polygon(shapely.box(0, 0, 1, 1), "fence.kml").area == 1.0


def test_the_box_round_a_fence() -> None:
    assert BENT.box == Box(0.0, 100.0, 0.0, 100.0)
