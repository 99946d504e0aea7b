"""Directions in the frame of an antenna."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfsl.arrays import FloatArray


@dataclass(frozen=True)
class Directions:
    """Vectors in the frame of an antenna, of one shape; gains look at their direction alone.

    Attributes:
        x, y, z: components, z up.
        length: their common length, so that nobody has to find it twice.
    """

    x: FloatArray
    y: FloatArray
    z: FloatArray
    length: FloatArray

    @classmethod
    def at(cls, elevation_rad: FloatArray, azimuth_rad: FloatArray) -> Directions:
        """Unit vectors of these angles, which broadcast."""
        level = np.cos(elevation_rad)
        z, x = np.broadcast_arrays(np.sin(elevation_rad), level * np.cos(azimuth_rad))
        return cls(x, level * np.sin(azimuth_rad), z, np.ones_like(z))

    def turned(self, rotation: FloatArray) -> Directions:
        """The same vectors in another frame; rotation (3, 3), or (..., 3, 3) one by vector."""
        x, y, z = (
            rotation[..., row, 0] * self.x
            + rotation[..., row, 1] * self.y
            + rotation[..., row, 2] * self.z
            for row in range(3)
        )
        return Directions(x, y, z, self.length)

    @property
    def elevation_rad(self) -> FloatArray:
        """Angle above the horizontal plane, in [-π/2, π/2]."""
        sine = self.z / self.length
        np.minimum(sine, 1, out=sine)
        np.maximum(sine, -1, out=sine)
        return np.arcsin(sine, out=sine)

    @cached_property
    def azimuth_rad(self) -> FloatArray:
        """Angle from the x axis, counter-clockwise, in (-π, π]."""
        return np.arctan2(self.y, self.x)
