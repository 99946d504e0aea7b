"""Where the source is seen from the UAV, in the local and in the body frame.

The body frame has x to the right, y forward, z up, so at zero attitude it is the local frame
(x east, y north, z up): the nose points north. Azimuths run counter-clockwise from x. With that,
the paper's legs at 39, 150 and 270 degrees are two ahead on either side and one at the tail.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import GeometryError
from rfsl.geometry.directions import Directions


@dataclass(frozen=True)
class LinkGeometry:
    """Direct and ground-reflected path between S UAV positions and N sources, arrays (N, S).

    Heights are (N, 1) where the UAV keeps its own: one number then serves all samples.

    Attributes:
        east_m, north_m: horizontal vector from the UAV to the source.
        up_m: height of the source above the UAV (negative: the source is below).
        reflected_up_m: the same for the source's mirror image below the ground.
        direct_m: length d_3 of the direct path.
        reflected_m: length d_1 + d_2 of the path over the ground.
    """

    east_m: FloatArray
    north_m: FloatArray
    up_m: FloatArray
    reflected_up_m: FloatArray
    direct_m: FloatArray
    reflected_m: FloatArray

    def direct_in_body(self, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Elevation and azimuth (rad) of the direct path in the body frame (`body_direction`)."""
        return body_direction(rotation, self.east_m, self.north_m, self.up_m, self.direct_m)

    def from_uav(self, attitude: Attitude | None) -> tuple[Directions, Directions]:
        """Where the UAV's antenna sees the source and its mirror image; level without attitude."""
        if attitude is None:
            return (
                Directions(self.east_m, self.north_m, self.up_m, self.direct_m),
                Directions(self.east_m, self.north_m, self.reflected_up_m, self.reflected_m),
            )
        x, y, z = attitude.into_body(self.east_m, self.north_m, self.up_m)
        rise_m = self.reflected_up_m[:, :1] - self.up_m[:, :1]  # the same at every UAV position
        right, front, above = attitude.up_in_body
        return Directions(x, y, z, self.direct_m), Directions(
            x + rise_m * right, y + rise_m * front, z + rise_m * above, self.reflected_m
        )

    def from_source(self) -> tuple[Directions, Directions]:
        """Where the source's antenna sees the UAV and the UAV's mirror image."""
        east_m, north_m = -self.east_m, -self.north_m
        direct = Directions(east_m, north_m, -self.up_m, self.direct_m)
        return direct, Directions(east_m, north_m, self.reflected_up_m, self.reflected_m)

    @property
    def grazing_rad(self) -> FloatArray:
        """Angle θ_r between the reflected path and the ground."""
        return np.arcsin(np.minimum(-self.reflected_up_m / self.reflected_m, 1))

    @property
    def depression_rad(self) -> FloatArray:
        """Angle of the source below the UAV's horizontal plane."""
        return np.arcsin(np.clip(-self.up_m / self.direct_m, -1, 1))

    @property
    def path_difference_m(self) -> FloatArray:
        """d_1 + d_2 - d_3, without the cancellation of the plain difference.

        (d_1 + d_2)^2 - d_3^2 = 4 z r_z, the product of heights.
        """
        squares = self.reflected_up_m * self.reflected_up_m - self.up_m * self.up_m
        return squares / (self.reflected_m + self.direct_m)


def link_geometry(uav_position_m: FloatArray, source_position_m: FloatArray) -> LinkGeometry:
    """Geometry of every pair of source and UAV position.

    Args:
        uav_position_m: (S, 3) east, north, height above the ground.
        source_position_m: (N, 3) likewise.

    Returns:
        Arrays of shape (N, S) and of the arguments' floating type.

    Raises:
        GeometryError: a source and the UAV at the same place, or one of them below the ground.
    """
    uav_east_m, uav_north_m, uav_up_m = np.ascontiguousarray(uav_position_m.T)
    lowest_m, highest_m = uav_up_m.min(initial=np.inf), uav_up_m.max(initial=-np.inf)
    if lowest_m < 0 or (source_position_m[:, 2] < 0).any():
        raise GeometryError(
            "the flat ground is at height zero; the UAV or a source lies below it. Check the "
            "heights of the flight and of the source"
        )
    if lowest_m == highest_m:
        uav_up_m = uav_up_m[:1]
    east_m, north_m, height_m = source_position_m.T[..., None]
    east_m = east_m - uav_east_m
    north_m = north_m - uav_north_m
    up_m = height_m - uav_up_m
    reflected_up_m = -height_m - uav_up_m
    direct_m = east_m * east_m
    direct_m += north_m * north_m
    reflected_m = direct_m + reflected_up_m * reflected_up_m
    direct_m += up_m * up_m
    np.sqrt(direct_m, out=direct_m)
    np.sqrt(reflected_m, out=reflected_m)
    if not direct_m.min(initial=1.0) > 0:
        raise GeometryError(
            "a source is at the UAV's own position: the distance is zero. Check the source's "
            "position and height"
        )
    return LinkGeometry(east_m, north_m, up_m, reflected_up_m, direct_m, reflected_m)


@dataclass(frozen=True)
class Attitude:
    """How the UAV is turned: sine and cosine of roll φ (right wing down), pitch θ (nose up) and yaw
    ψ (clockwise from north), arrays of one shape."""

    roll: tuple[FloatArray, FloatArray]
    pitch: tuple[FloatArray, FloatArray]
    yaw: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, attitude_rad: FloatArray) -> Attitude:
        """From (..., 3) roll, pitch, yaw."""
        return cls(*((np.sin(angle), np.cos(angle)) for angle in np.moveaxis(attitude_rad, -1, 0)))

    def into_body(
        self, east: FloatArray, north: FloatArray, up: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Components right, front and up of local vectors: a' = R_r R_p R_y a (paper, eqs. 2-6)."""
        sine, cosine = self.yaw
        right = cosine * east
        right -= sine * north
        level = sine * east
        level += cosine * north
        sine, cosine = self.pitch
        front = cosine * level
        front += sine * up
        level *= -sine
        level += cosine * up
        sine, cosine = self.roll
        above = sine * right
        above += cosine * level
        right *= cosine
        level *= sine
        right -= level
        return right, front, above

    @property
    def up_in_body(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Components right, front and up of the vertical."""
        (sine, cosine), (sine_pitch, cosine_pitch) = self.roll, self.pitch
        return -sine * cosine_pitch, sine_pitch, cosine * cosine_pitch


def body_rotation(attitude_rad: FloatArray) -> FloatArray:
    """Matrices that take local (east, north, up) vectors into the body frame (right, front, up).

    Args:
        attitude_rad: (..., 3) roll, pitch, yaw.

    Returns:
        (..., 3, 3).
    """
    attitude = Attitude.of(attitude_rad)
    ones, zeros = np.ones_like(attitude_rad[..., 0]), np.zeros_like(attitude_rad[..., 0])
    columns = [
        attitude.into_body(ones, zeros, zeros),
        attitude.into_body(zeros, ones, zeros),
        attitude.up_in_body,
    ]
    return np.stack([np.stack(column, axis=-1) for column in columns], axis=-1)


def body_direction(
    rotation: FloatArray,
    east_m: FloatArray,
    north_m: FloatArray,
    up_m: FloatArray,
    length_m: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Elevation and azimuth (rad) in the body frame of vectors given in the local frame.

    Args:
        rotation: (S, 3, 3) or (N, S, 3, 3) from `body_rotation`.
        east_m, north_m, up_m: (N, S) components.
        length_m: (N, S) their length.

    Returns:
        Elevation in [-π/2, π/2] and azimuth in (-π, π], arrays (N, S).
    """
    turned = Directions(east_m, north_m, up_m, length_m).turned(rotation)
    return turned.elevation_rad, turned.azimuth_rad
