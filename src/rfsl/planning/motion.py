"""How long a UAV takes for legs between waypoints, and which cells it has flown by a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.scenario import SpiralSettings
from rfsl.geometry.frames import along_path, travelled_m
from rfsl.geometry.trajectories import fly_waypoints


@dataclass(frozen=True)
class Motion:
    """Straight legs with a stop at each waypoint, as aircraft fly waypoint commands.

    Attributes:
        speed_m_s: cruise speed.
        acceleration_m_s2: acceleration and braking on a leg.
        turn_s: time spent at each waypoint, at which the UAV turns.
        take_off_s: time over the first waypoint before the first leg.

    See also: `rfsl.geometry.trajectories.fly_waypoints`, whose speed profile it has.

    Example:
        A leg of 100 m at 1 m/s² is too short for 15 m/s and takes 2 √(100 / 1) s.

        >>> motion = Motion(15.0, 1.0, 2.0, 0.0)
        >>> motion.leg_s(100.0).item()
        20.0
        >>> motion.ready_s(np.array([[0.0, 0.0], [100.0, 0.0]])).tolist()
        [0.0, 22.0]
    """

    speed_m_s: float
    acceleration_m_s2: float
    turn_s: float
    take_off_s: float

    @classmethod
    def of(cls, spiral: SpiralSettings) -> Motion:
        """The motion of the simulated trajectory."""
        return cls(
            spiral.maximum_speed_m_s,
            spiral.acceleration_m_s2,
            spiral.hover_s,
            spiral.take_off_hover_s,
        )

    def without_take_off(self) -> Motion:
        """The same in flight: time starts with the first leg."""
        return replace(self, take_off_s=0.0)

    def leg_s(self, length_m: FloatArray | float) -> FloatArray:
        """Time for legs of some lengths (any shape), without the turns."""
        length_m = np.asarray(length_m, float)
        peak_m_s = np.minimum(self.speed_m_s, np.sqrt(self.acceleration_m_s2 * length_m))
        ramp_s = peak_m_s / self.acceleration_m_s2
        cruise_s = np.divide(
            length_m - peak_m_s * ramp_s, peak_m_s, out=np.zeros_like(length_m), where=peak_m_s > 0
        )
        return np.asarray(2.0 * ramp_s + cruise_s)

    def ready_s(self, waypoints_m: FloatArray) -> FloatArray:
        """Times (W,) at which the UAV leaves each waypoint (W, D) after its turn."""
        legs_m = np.linalg.norm(np.diff(waypoints_m, axis=0), axis=1)
        later_s = np.cumsum(self.leg_s(legs_m) + self.turn_s)
        return self.take_off_s + np.concatenate([[0.0], later_s])

    def flown_m(self, waypoints_m: FloatArray, time_s: FloatArray | float) -> FloatArray:
        """Length of the path flown at some times (S,)."""
        at_s = np.atleast_1d(np.asarray(time_s, float)) - self.take_off_s
        if len(waypoints_m) < 2:
            return np.zeros(at_s.size)
        along_m = travelled_m(waypoints_m)
        return fly_waypoints(
            along_m[:, None],
            at_s,
            maximum_speed_m_s=self.speed_m_s,
            acceleration_m_s2=self.acceleration_m_s2,
            hover_s=self.turn_s,
        )[:, 0]


@dataclass(frozen=True)
class FlownCells:
    """The middles of the cells of a path of straight legs.

    Attributes:
        xy_m: (C, 2) east and north.
        course_rad: (C,) direction of the leg, clockwise from north.
        along_m: (C,) length of the path.
    """

    xy_m: FloatArray
    course_rad: FloatArray
    along_m: FloatArray

    @classmethod
    def of(cls, waypoints_m: FloatArray, flown_m: float, cell_m: float) -> FlownCells:
        """The whole cells of the first `flown_m` of a path.

        A path that goes on keeps the cells that it had.

        Args:
            waypoints_m: (W, 2) corners of the path.
            cell_m: length of a cell.

        Example:
            >>> cells = FlownCells.of(np.array([[0.0, 0.0], [0.0, 95.0]]), 28.0, 10.0)
            >>> cells.xy_m.tolist(), cells.course_rad.tolist()
            ([[0.0, 5.0], [0.0, 15.0]], [0.0, 0.0])
        """
        along_m = (np.arange(int(flown_m / cell_m + 1e-9)) + 0.5) * cell_m
        if along_m.size == 0:
            return cls(np.empty((0, 2)), np.empty(0), along_m)
        corners_m = travelled_m(waypoints_m)
        leg = np.clip(np.searchsorted(corners_m, along_m, "right") - 1, 0, len(waypoints_m) - 2)
        step_m = np.diff(waypoints_m, axis=0)[leg]
        course_rad = np.arctan2(step_m[:, 0], step_m[:, 1])
        return cls(along_path(waypoints_m, along_m), course_rad, along_m)

    def since(self, first: int) -> FlownCells:
        """The cells from a number on."""
        return FlownCells(self.xy_m[first:], self.course_rad[first:], self.along_m[first:])
