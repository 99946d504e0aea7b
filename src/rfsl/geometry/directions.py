"""Directions in the frame of an antenna."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfsl.arrays import FloatArray


@dataclass(frozen=True)
class Directions:
    """Vectors in the frame of an antenna; its gain depends on their direction alone.

        elevation = arcsin(z / length)    above the plane z = 0
        azimuth = atan2(y, x)             counter-clockwise from x

    In the body frame, azimuth 0° is to the right, 90° ahead, 180° to the left and −90° at the tail.

    Attributes:
        x, y, z: components in one unit, z up; arrays that broadcast.
        length: length of each vector in that unit, which callers know already.

    See also: `LinkGeometry.from_uav` makes them, `rfsl.propagation.antennas` uses them.

    Example:
        A vector of length 2 that points between x and y, and 45 degrees up:

        >>> vector = Directions(*np.array([[1.0], [1.0], [2**0.5], [2.0]]))
        >>> round(np.degrees(vector.elevation_rad).item(), 6)
        45.0
        >>> round(np.degrees(vector.azimuth_rad).item(), 6)
        45.0
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray
    length: FloatArray

    @classmethod
    def at(cls, elevation_rad: FloatArray, azimuth_rad: FloatArray) -> Directions:
        """Unit vectors with these angles.

        Args:
            elevation_rad, azimuth_rad: arrays that broadcast.

        Example:
            >>> up = Directions.at(np.radians([90.0]), np.zeros(1))
            >>> round(up.x.item(), 6), up.z.item()
            (0.0, 1.0)
        """
        level = np.cos(elevation_rad)
        z, x = np.broadcast_arrays(np.sin(elevation_rad), level * np.cos(azimuth_rad))
        return cls(x, level * np.sin(azimuth_rad), z, np.ones_like(z))

    def turned(self, rotation: FloatArray) -> Directions:
        """The same vectors in another frame.

        Args:
            rotation: (3, 3), or (..., 3, 3) with a matrix for each vector. Its rows are the axes of
                the new frame, so it maps old components to new ones.

        See also: `rfsl.geometry.links.body_rotation`.
        """
        x, y, z = (
            rotation[..., row, 0] * self.x
            + rotation[..., row, 1] * self.y
            + rotation[..., row, 2] * self.z
            for row in range(3)
        )
        return Directions(x, y, z, self.length)

    @property
    def elevation_rad(self) -> FloatArray:
        """Angle above the plane z = 0, in [−π/2, π/2]."""
        sine = self.z / self.length
        np.minimum(sine, 1, out=sine)
        np.maximum(sine, -1, out=sine)
        return np.arcsin(sine, out=sine)

    @cached_property
    def azimuth_rad(self) -> FloatArray:
        """Angle from the x axis, counter-clockwise, in (−π, π]."""
        return np.arctan2(self.y, self.x)
