"""The fence: where the UAV may fly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Polygon

from rfsl.arrays import FloatArray
from rfsl.errors import RfslError
from rfsl.geometry.frames import Box

#: Positions this close to the fence count as inside: the rounding of coordinates.
_ROUNDING_M = 0.05
#: Places along the edge of a fence by which the nearest one is found.
_PULLED_M = 0.01
#: A shorter leg is none, as policies could otherwise stand still for ever.
_LEAST_LEG_M = 1.0


class FenceError(RfslError):
    """A waypoint or a leg is outside the fence."""


@dataclass(frozen=True)
class Fence:
    """A polygon on the ground with a smallest and a largest height.

    Attributes:
        polygon_m: in the local frame; a part in one piece, which may have holes.
        low_m, high_m: heights above ground.

    Example:
        >>> fence = Fence.of_box(Box(0.0, 100.0, 0.0, 50.0), 20.0, 60.0)
        >>> fence.holds_leg(np.array([10.0, 10.0]), np.array([90.0, 40.0]))
        True
        >>> fence.pulled_in(np.array([[50.0, 70.0]])).round().tolist()
        [[50.0, 50.0]]
    """

    polygon_m: Polygon
    low_m: float
    high_m: float

    @classmethod
    def of_box(cls, box: Box, low_m: float, high_m: float) -> Fence:
        """A fence that is a rectangle."""
        polygon_m = shapely.box(box.west_m, box.south_m, box.east_m, box.north_m)
        return cls(polygon_m, low_m, high_m)

    @property
    def box(self) -> Box:
        """The smallest box round the fence."""
        west_m, south_m, east_m, north_m = self.polygon_m.bounds
        return Box(west_m, east_m, south_m, north_m)

    @cached_property
    def _with_edge(self) -> shapely.Geometry:
        wide = self.polygon_m.buffer(_ROUNDING_M)
        shapely.prepare(wide)
        return wide

    def holds(self, xy_m: FloatArray) -> np.ndarray:
        """Which of the positions (N, 2) are inside, or on the edge."""
        return np.asarray(shapely.contains_xy(self._with_edge, xy_m[:, 0], xy_m[:, 1]))

    def holds_leg(self, from_m: FloatArray, to_m: FloatArray) -> bool:
        """Whether the straight line between two positions (2,) is inside."""
        return bool(shapely.covers(self._with_edge, LineString([from_m, to_m])))

    def holds_legs(self, from_m: FloatArray, to_m: FloatArray) -> np.ndarray:
        """The same from one position (2,) to each of (N, 2)."""
        ends = np.stack([np.broadcast_to(from_m, to_m.shape), to_m], axis=1)
        return np.asarray(shapely.covers(self._with_edge, shapely.linestrings(ends)))

    def pulled_in(self, xy_m: FloatArray) -> FloatArray:
        """Positions (N, 2) with those outside moved to the nearest place of the edge."""
        moved = np.array(xy_m, float)
        for row in np.flatnonzero(~self.holds(moved)):
            point = shapely.Point(moved[row])
            inner = self.polygon_m.buffer(-_PULLED_M)
            nearest = shapely.shortest_line(inner if not inner.is_empty else self.polygon_m, point)
            moved[row] = np.asarray(nearest.coords[0])
        return moved

    def way(self, from_m: FloatArray, goals_m: FloatArray) -> FloatArray:
        """The way (K, 2) inside the fence from a position (2,) to one place after the other.

        Places outside are moved to the edge, and a place within a metre of the one before is left
        out, so the way may be empty.

        Args:
            goals_m: (G, 2) places, or one (2,).

        Raises:
            FenceError: see `route`.
        """
        legs: list[FloatArray] = [np.empty((0, 2))]
        for goal_m in self.pulled_in(np.atleast_2d(goals_m)):
            if np.linalg.norm(goal_m - from_m) > _LEAST_LEG_M:
                legs.append(self.route(from_m, goal_m))
                from_m = goal_m
        return np.concatenate(legs)

    def route(self, from_m: FloatArray, to_m: FloatArray) -> FloatArray:
        """The shortest way (K, 2) inside the fence from one position to another, without its start.

        A straight line, or one round the corners of the fence.

        Example:
            Round the inner corner of an L.

            >>> bent = Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)])
            >>> Fence(bent, 20.0, 60.0).route(np.array([90.0, 10.0]), np.array([10.0, 90.0]))
            array([[20., 20.],
                   [10., 90.]])
        """
        if self.holds_leg(from_m, to_m):
            return np.array([to_m], float)
        corners = [np.asarray(ring.coords)[:-1, :2] for ring in self._rings()]
        nodes = np.concatenate([[from_m], *corners, [to_m]])
        best_m = np.full(len(nodes), np.inf)
        before = np.full(len(nodes), -1)
        best_m[0], left = 0.0, np.ones(len(nodes), dtype=bool)
        while left.any():
            ahead_m = np.where(left, best_m, np.inf)
            here = int(np.argmin(ahead_m))
            left[here] = False
            if here == len(nodes) - 1 or not np.isfinite(ahead_m[here]):
                break
            reach = np.flatnonzero(left)
            reach = reach[self.holds_legs(nodes[here], nodes[reach])]
            through_m = best_m[here] + np.linalg.norm(nodes[reach] - nodes[here], axis=1)
            shorter = through_m < best_m[reach]
            best_m[reach[shorter]], before[reach[shorter]] = through_m[shorter], here
        path = [len(nodes) - 1]
        while before[path[-1]] > 0:
            path.append(int(before[path[-1]]))
        if not np.isfinite(best_m[-1]):
            raise FenceError("there is no way inside the fence to a waypoint; is it outside?")
        return np.asarray(nodes[path[::-1]], float)

    def _rings(self) -> list[shapely.LinearRing]:
        return [self.polygon_m.exterior, *self.polygon_m.interiors]

    def check(self, start_m: FloatArray, waypoints_m: FloatArray) -> None:
        """Check that a flight stays inside.

        Args:
            start_m: (3,) where it begins: east, north, height.
            waypoints_m: (W, 3) what it flies to.

        Raises:
            FenceError: a waypoint, its height or the leg to it is outside; it says which.
        """
        before_m = start_m
        for number, here_m in enumerate(waypoints_m, 1):
            east_m, north_m, height_m = here_m
            if not self.low_m <= height_m <= self.high_m:
                raise FenceError(
                    f"waypoint {number}: found a height of {height_m:.1f} m; the fence allows "
                    f"{self.low_m:g} to {self.high_m:g} m"
                )
            if not self.holds(here_m[None, :2])[0]:
                raise FenceError(
                    f"waypoint {number} at {east_m:.1f} m east, {north_m:.1f} m north of the "
                    "origin is outside the fence"
                )
            if not self.holds_leg(before_m[:2], here_m[:2]):
                raise FenceError(f"the leg to waypoint {number} leaves the fence")
            before_m = here_m


def one_polygon(shape_m: Polygon | MultiPolygon, what: str) -> Polygon:
    """The polygon of a fence.

    Raises:
        FenceError: it is in several parts, between which the UAV could not fly.
    """
    if isinstance(shape_m, MultiPolygon):
        raise FenceError(
            f"{what}: found {len(shape_m.geoms)} separate polygons; a fence is one, so that the "
            "UAV can fly from any place of it to any other"
        )
    return shape_m
