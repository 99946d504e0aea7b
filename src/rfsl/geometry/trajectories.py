"""The trajectory that is simulated: the paper's inward spiral with cut corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.scenario import SpiralSettings
from rfsl.geometry.frames import Box, travelled_m


@dataclass(frozen=True)
class Trajectory:
    """Position of the UAV at each RSS sample; S samples in the order of time.

    Attributes:
        time_s: (S,) seconds since the start.
        position_m: (S, 3) east, north, up in the local frame.
    """

    time_s: FloatArray
    position_m: FloatArray

    @property
    def travelled_m(self) -> FloatArray:
        """(S,) length of the path flown up to each sample."""
        return travelled_m(self.position_m)

    def until(self, time_s: float) -> Trajectory:
        """The samples before `time_s`."""
        kept = self.time_s < time_s
        return Trajectory(self.time_s[kept], self.position_m[kept])


def spiral(settings: SpiralSettings, flight_area: Box, source_area: Box) -> Trajectory:
    """The paper's trajectory: from the take-off point into an inward rectangular spiral.

    The outer ring runs counter-clockwise inside the overlap of both areas and starts on its east
    side. Each further ring is smaller by the ring spacing and has its corners cut. The UAV stops
    at every corner, as it does between waypoint commands. The trajectory ends after `duration_s`;
    if the innermost ring ends earlier, the UAV hovers there.

    Args:
        settings: height, duration, speed and the shape of the rings.
        flight_area, source_area: boxes in the local frame.

    Returns:
        A sample every `sample_interval_s`.

    Raises:
        ValueError: the areas do not overlap, or the insets leave no ring.
    """
    outer = flight_area.overlap(source_area)
    waypoints_m = spiral_waypoints(settings, outer)
    time_s = (
        np.arange(round(settings.duration_s / settings.sample_interval_s))
        * settings.sample_interval_s
    )
    xy_m = fly_waypoints(
        waypoints_m,
        time_s - settings.take_off_hover_s,
        maximum_speed_m_s=settings.maximum_speed_m_s,
        acceleration_m_s2=settings.acceleration_m_s2,
        hover_s=settings.hover_s,
    )
    height_m = np.full(time_s.size, settings.height_m)
    return Trajectory(time_s, np.column_stack([xy_m, height_m]))


def spiral_waypoints(settings: SpiralSettings, outer: Box) -> FloatArray:
    """Corners (W, 2) of the spiral in a box, after the take-off point.

    Raises:
        ValueError: the insets leave no ring.
    """
    points: list[tuple[float, float]] = [(settings.take_off_x_m, settings.take_off_y_m)]
    ring = 0
    while True:
        west = outer.west_m + settings.inset_west_m + ring * settings.ring_spacing_x_m
        east = outer.east_m - settings.inset_east_m - ring * settings.ring_spacing_x_m
        south = outer.south_m + settings.inset_south_m + ring * settings.ring_spacing_y_m
        north = outer.north_m - settings.inset_north_m - ring * settings.ring_spacing_y_m
        width, height = east - west, north - south
        if width <= settings.ring_spacing_x_m or height <= settings.ring_spacing_y_m:
            break
        cut = settings.chamfer_fraction * min(width, height)
        # Each ring leaves its south-east corner towards the start of the next, smaller ring.
        next_east = east - settings.ring_spacing_x_m
        next_south = south + settings.ring_spacing_y_m
        if ring == 0:
            points += [(east, south + 2.0 * cut), (east, north), (west, north), (west, south)]
        else:
            points += [(east, north - cut), (east - cut, north)]
            points += [(west + cut, north), (west, north - cut)]
            points += [(west, south + cut), (west + cut, south)]
        points += [(next_east - cut, south), (next_east, next_south + cut)]
        ring += 1
    if ring == 0:
        raise ValueError(
            "spiral: the insets leave no ring inside the overlap of flight and source area "
            f"({outer.east_m - outer.west_m:.0f} m x {outer.north_m - outer.south_m:.0f} m)"
        )
    return np.array(points)


def fly_waypoints(
    waypoints_m: FloatArray,
    time_s: FloatArray,
    *,
    maximum_speed_m_s: float,
    acceleration_m_s2: float,
    hover_s: float,
) -> FloatArray:
    """Positions of a UAV that flies straight legs and stops at each waypoint.

    Speed rises and falls by the acceleration a. On a leg of length L it reaches

        v = min(v_max, √(a L)),

    so a leg that is too short for the maximum speed has a triangular profile. The UAV hovers at the
    end of each leg. Before time zero it is at the first waypoint, after the end at the last.

    Args:
        waypoints_m: (W, D) corners, W ≥ 2.
        time_s: (S,) times at which the position is wanted; the first leg starts at zero.
        maximum_speed_m_s, acceleration_m_s2: v_max and a.
        hover_s: time spent at each waypoint after the first.

    Returns:
        (S, D) positions.

    Example:
        A leg of 100 m at 1 m/s² takes 20 s, and half of it 10 s:

        >>> xy_m = fly_waypoints(
        ...     np.array([[0.0, 0.0], [100.0, 0.0]]),
        ...     np.array([0.0, 10.0, 20.0]),
        ...     maximum_speed_m_s=15.0,
        ...     acceleration_m_s2=1.0,
        ...     hover_s=2.0,
        ... )
        >>> xy_m[:, 0].tolist()
        [0.0, 50.0, 100.0]
    """
    legs_m = np.diff(waypoints_m, axis=0)
    length_m = np.linalg.norm(legs_m, axis=1)
    peak_m_s = np.minimum(maximum_speed_m_s, np.sqrt(acceleration_m_s2 * length_m))
    ramp_s = peak_m_s / acceleration_m_s2
    cruise_s = np.divide(
        length_m - peak_m_s * ramp_s, peak_m_s, out=np.zeros_like(length_m), where=peak_m_s > 0
    )
    leg_s = 2.0 * ramp_s + cruise_s
    start_s = np.concatenate([[0.0], np.cumsum(leg_s + hover_s)[:-1]])
    leg = np.clip(np.searchsorted(start_s, time_s, side="right") - 1, 0, length_m.size - 1)
    elapsed_s = np.clip(time_s - start_s[leg], 0.0, leg_s[leg])
    rising = np.minimum(elapsed_s, ramp_s[leg])
    falling = np.maximum(elapsed_s - ramp_s[leg] - cruise_s[leg], 0.0)
    cruising = np.clip(elapsed_s - ramp_s[leg], 0.0, cruise_s[leg])
    travelled_m = acceleration_m_s2 * (rising**2 - falling**2) / 2.0 + peak_m_s[leg] * (
        cruising + falling
    )
    share = np.divide(
        travelled_m, length_m[leg], out=np.zeros_like(travelled_m), where=length_m[leg] > 0
    )
    return waypoints_m[leg] + share[:, None] * legs_m[leg]
