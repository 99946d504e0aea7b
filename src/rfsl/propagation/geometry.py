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


@dataclass(frozen=True)
class LinkGeometry:
    """Direct and ground-reflected path between S UAV positions and N sources, arrays (N, S).

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

    def reflected_in_body(self, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same for the path over the ground."""
        return body_direction(
            rotation, self.east_m, self.north_m, self.reflected_up_m, self.reflected_m
        )

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
        squares = self.reflected_up_m**2 - self.up_m**2
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
    if (uav_position_m[:, 2] < 0).any() or (source_position_m[:, 2] < 0).any():
        raise GeometryError(
            "the flat ground is at height zero; the UAV or a source lies below it. Check the "
            "heights of the flight and of the source"
        )
    east_m = source_position_m[:, None, 0] - uav_position_m[None, :, 0]
    north_m = source_position_m[:, None, 1] - uav_position_m[None, :, 1]
    up_m = source_position_m[:, None, 2] - uav_position_m[None, :, 2]
    reflected_up_m = -source_position_m[:, None, 2] - uav_position_m[None, :, 2]
    ground_squared = east_m**2 + north_m**2
    direct_m = np.sqrt(ground_squared + up_m**2)
    if not (direct_m > 0).all():
        raise GeometryError(
            "a source is at the UAV's own position: the distance is zero. Check the source's "
            "position and height"
        )
    reflected_m = np.sqrt(ground_squared + reflected_up_m**2)
    return LinkGeometry(east_m, north_m, up_m, reflected_up_m, direct_m, reflected_m)


def body_rotation(attitude_rad: FloatArray) -> FloatArray:
    """Matrices that take local (east, north, up) vectors into the body frame (right, front, up).

    a' = R_r R_p R_y a (paper, eqs. 2-6). At yaw ψ (clockwise from north), pitch θ (nose up) and
    roll φ (right wing down), written out in the frame above.

    Args:
        attitude_rad: (..., 3) roll, pitch, yaw.

    Returns:
        (..., 3, 3).
    """
    roll, pitch, yaw = np.moveaxis(attitude_rad, -1, 0)
    sr, cr = np.sin(roll), np.cos(roll)
    sp, cp = np.sin(pitch), np.cos(pitch)
    sy, cy = np.sin(yaw), np.cos(yaw)
    rows = [
        [cr * cy + sr * sp * sy, -cr * sy + sr * sp * cy, -sr * cp],
        [cp * sy, cp * cy, sp],
        [sr * cy - cr * sp * sy, -sr * sy - cr * sp * cy, cr * cp],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


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
    x, y, z = (
        rotation[..., row, 0] * east_m
        + rotation[..., row, 1] * north_m
        + rotation[..., row, 2] * up_m
        for row in range(3)
    )
    return np.arcsin(np.clip(z / length_m, -1, 1)), np.arctan2(y, x)
