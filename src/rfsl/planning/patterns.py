"""Waypoints of patterns that search flights fly; each is (W, 2), east and north in metres."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.frames import Box

#: Corners of a rectangle, from the south-east one on, counter-clockwise.
_CORNERS = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])


def lawnmower(box: Box, spacing_m: float, start_m: FloatArray) -> FloatArray:
    """Parallel legs along the longer side of a box, from the corner that is nearest to a start.

    Args:
        spacing_m: wanted distance between legs; they are spread evenly.

    Example:
        >>> lawnmower(Box(0.0, 100.0, 0.0, 50.0), 25.0, np.array([0.0, 0.0])).tolist()
        [[0.0, 12.5], [100.0, 12.5], [100.0, 37.5], [0.0, 37.5]]
    """
    low_m = np.array([box.west_m, box.south_m])
    size_m = 2.0 * np.array(box.half_size_m)
    along = int(np.argmax(size_m))
    across = 1 - along
    legs = max(1, int(np.round(size_m[across] / spacing_m)))
    path = np.empty((2 * legs, 2))
    path[:, across] = np.repeat((np.arange(legs) + 0.5) / legs, 2)
    path[:, along] = np.resize([0.0, 1.0, 1.0, 0.0], 2 * legs)
    for axis in (0, 1):
        if start_m[axis] > low_m[axis] + size_m[axis] / 2.0:
            path[:, axis] = 1.0 - path[:, axis]
    return np.asarray(low_m + path * size_m)


def rectangle(box: Box, start_m: FloatArray) -> FloatArray:
    """The four corners of a box and the first again, from the one that is nearest to a start.

    Example:
        >>> rectangle(Box(0.0, 2.0, 0.0, 1.0), np.array([2.0, 2.0])).tolist()
        [[2.0, 1.0], [0.0, 1.0], [0.0, 0.0], [2.0, 0.0], [2.0, 1.0]]
    """
    corners_m = np.array(box.center_m) + np.array(box.half_size_m) * _CORNERS
    first = int(np.argmin(np.linalg.norm(corners_m - start_m, axis=1)))
    return np.roll(corners_m, -first, axis=0)[[0, 1, 2, 3, 0]]


def star(middle_m: FloatArray, radius_m: float, rays: int, start_m: FloatArray) -> FloatArray:
    """Straight legs across a place, each turned against the one before by half a turn and a bit.

    Args:
        middle_m: (2,) the place.
        radius_m: of the circle on which the legs end.
        rays: odd number of ends, so that every leg crosses the middle nearly.
        start_m: (2,) the first end is the one nearest to it.

    Example:
        >>> ends_m = star(np.zeros(2), 1.0, 3, np.array([1.0, 0.0]))
        >>> ends_m.round(2).tolist()
        [[1.0, 0.0], [-0.5, 0.87], [-0.5, -0.87], [1.0, 0.0]]
    """
    step = 2.0 * np.pi * ((rays - 1) // 2) / rays
    towards = np.arctan2(start_m[1] - middle_m[1], start_m[0] - middle_m[0])
    angle = towards + step * np.arange(rays + 1)
    return np.asarray(middle_m + radius_m * np.column_stack([np.cos(angle), np.sin(angle)]))
