"""Where the source is seen from the UAV, in the local and in the body frame.

Conventions of the whole package:

- Local frame: x east, y north, z up. The flat ground is at height zero.
- Body frame: x to the right, y forward, z up. At zero attitude it is the local frame, so the nose
  points north.
- Elevation: angle above the horizontal plane of a frame. Depression: angle of the source below the
  UAV's horizontal plane, positive if the source is lower than the UAV.
- Azimuth: counter-clockwise from x, seen from above. In the body frame, the right is at 0°, the
  nose at 90°, the left at 180° and the tail at 270° (−90°).
- Attitude: roll is positive with the right wing down, pitch with the nose up, yaw clockwise from
  north.

The paper does not state its body frame. In this one, two of its legs (39° and 150°) are ahead, one
on either side, and the third (270°) is at the tail.
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

    The two heights are (N, 1) if the UAV's height is constant: one number serves all samples.

    Attributes:
        east_m, north_m: horizontal vector from the UAV to the source.
        up_m: height of the source above the UAV (negative: the source is below).
        reflected_up_m: height of the source's mirror image above the UAV (never positive).
        direct_m: length d₃ of the direct path.
        reflected_m: length d₁ + d₂ of the reflected path.

    See also: `link_geometry` makes it.
    """

    east_m: FloatArray
    north_m: FloatArray
    up_m: FloatArray
    reflected_up_m: FloatArray
    direct_m: FloatArray
    reflected_m: FloatArray

    def direct_in_body(self, rotation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Elevation and azimuth (rad) of the source in the body frame, (N, S) each.

        Args:
            rotation: (S, 3, 3) or (N, S, 3, 3) from `body_rotation`.
        """
        return body_direction(rotation, self.east_m, self.north_m, self.up_m, self.direct_m)

    def from_uav(self, attitude: Attitude | None) -> tuple[Directions, Directions]:
        """Directions of the source and of its mirror image in the body frame.

        Args:
            attitude: of the UAV; None for a level UAV with its nose to the north.
        """
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
        """Directions of the UAV and of its mirror image from the source, in the local frame."""
        east_m, north_m = -self.east_m, -self.north_m
        direct = Directions(east_m, north_m, -self.up_m, self.direct_m)
        return direct, Directions(east_m, north_m, self.reflected_up_m, self.reflected_m)

    @property
    def grazing_rad(self) -> FloatArray:
        """Grazing angle θ_r between the reflected path and the ground, (N, S)."""
        return np.arcsin(np.minimum(-self.reflected_up_m / self.reflected_m, 1))

    @property
    def depression_rad(self) -> FloatArray:
        """Angle of the source below the UAV's horizontal plane, arcsin(−up / d₃), (N, S)."""
        return np.arcsin(np.clip(-self.up_m / self.direct_m, -1, 1))

    @property
    def path_difference_m(self) -> FloatArray:
        """d₁ + d₂ − d₃ (N, S), without the rounding error of the plain difference.

            d₁ + d₂ − d₃ = ((d₁ + d₂)² − d₃²) / (d₁ + d₂ + d₃),  (d₁ + d₂)² − d₃² = 4 z r_z

        z and r_z are the heights of both ends above the ground.
        """
        squares = self.reflected_up_m * self.reflected_up_m - self.up_m * self.up_m
        return squares / (self.reflected_m + self.direct_m)


def link_geometry(uav_position_m: FloatArray, source_position_m: FloatArray) -> LinkGeometry:
    """Geometry of every pair of source and UAV position.

        d₃ = √(Δx² + Δy² + (z − r_z)²)
        d₁ + d₂ = √(Δx² + Δy² + (z + r_z)²)    the straight path to the mirror image

    Δx and Δy are the horizontal distances, z and r_z the heights of both ends above the ground.

    Args:
        uav_position_m: (S, 3) east, north, height above the ground.
        source_position_m: (N, 3) likewise.

    Returns:
        Arrays of shape (N, S) and of the arguments' floating type.

    Raises:
        GeometryError: a source is at the UAV's position, or one of them is below the ground.

    Example:
        A source 40 m to the east and 30 m below the UAV: a triangle of 30, 40 and 50 m. Its mirror
        image is 40 m below, so the grazing angle is 45°.

        >>> geometry = link_geometry(np.array([[0.0, 0.0, 35.0]]), np.array([[40.0, 0.0, 5.0]]))
        >>> geometry.direct_m.item()
        50.0
        >>> round(np.degrees(geometry.depression_rad).item(), 2)
        36.87
        >>> round(np.degrees(geometry.grazing_rad).item(), 2)
        45.0
        >>> direct, _ = geometry.from_uav(attitude=None)
        >>> round(np.degrees(direct.elevation_rad).item(), 2), direct.azimuth_rad.item()
        (-36.87, 0.0)
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
    """How the UAV is turned, as sines and cosines.

    Attributes:
        roll: sine and cosine of φ (positive with the right wing down), arrays of one shape.
        pitch: of θ (positive with the nose up).
        yaw: of ψ (clockwise from north).
    """

    roll: tuple[FloatArray, FloatArray]
    pitch: tuple[FloatArray, FloatArray]
    yaw: tuple[FloatArray, FloatArray]

    @classmethod
    def of(cls, attitude_rad: FloatArray) -> Attitude:
        """From (..., 3) roll, pitch, yaw in radians."""
        return cls(*((np.sin(angle), np.cos(angle)) for angle in np.moveaxis(attitude_rad, -1, 0)))

    def into_body(
        self, east: FloatArray, north: FloatArray, up: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Components of local vectors in the body frame: a′ = R_r R_p R_y a (paper, eqs. 2-6).

                  ⎡ cos φ  0  −sin φ ⎤        ⎡ 1    0      0   ⎤        ⎡ cos ψ  −sin ψ  0 ⎤
            R_r = ⎢   0    1     0   ⎥  R_p = ⎢ 0  cos θ  sin θ ⎥  R_y = ⎢ sin ψ   cos ψ  0 ⎥
                  ⎣ sin φ  0   cos φ ⎦        ⎣ 0 −sin θ  cos θ ⎦        ⎣   0       0    1 ⎦

        Args:
            east, north, up: components in the local frame, arrays that broadcast with the angles.

        Returns:
            Components to the right, to the front and up.

        See also: `body_rotation`, the same as matrices.
        """
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
        """Components of the vertical to the UAV's right, to its front and up."""
        (sine, cosine), (sine_pitch, cosine_pitch) = self.roll, self.pitch
        return -sine * cosine_pitch, sine_pitch, cosine * cosine_pitch


def body_rotation(attitude_rad: FloatArray) -> FloatArray:
    """Matrices R_r R_p R_y that turn local (east, north, up) vectors into (right, front, up).

    Args:
        attitude_rad: (..., 3) roll, pitch, yaw.

    Returns:
        (..., 3, 3) rotation matrices.

    See also: `Attitude.into_body`, with the formula; `body_direction`.

    Example:
        With a yaw of 90° the nose points east, so a vector to the east points to the front:

        >>> rotation = body_rotation(np.radians([0.0, 0.0, 90.0]))
        >>> (rotation @ [1.0, 0.0, 0.0]).round(6).tolist()
        [0.0, 1.0, 0.0]

        With the nose up by 90°, the vertical does:

        >>> (body_rotation(np.radians([0.0, 90.0, 0.0])) @ [0.0, 0.0, 1.0]).round(6).tolist()
        [0.0, 1.0, 0.0]
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

    For a level UAV, the body azimuth is the local azimuth plus the yaw.

    Args:
        rotation: (S, 3, 3) or (N, S, 3, 3) from `body_rotation`.
        east_m, north_m, up_m: (N, S) components.
        length_m: (N, S) lengths of the vectors.

    Returns:
        Elevation in [−π/2, π/2] and azimuth in (−π, π], arrays (N, S).

    Example:
        A level UAV with its nose to the east (yaw 90°) sees a source in the north (local azimuth
        90°) on its left, at body azimuth 180°:

        >>> rotation = body_rotation(np.radians([[0.0, 0.0, 90.0]]))
        >>> east_m, north_m, up_m, length_m = np.array([0.0, 1.0, 0.0, 1.0])[:, None, None]
        >>> elevation_rad, azimuth_rad = body_direction(rotation, east_m, north_m, up_m, length_m)
        >>> round(abs(np.degrees(azimuth_rad).item()), 6), elevation_rad.item()
        (180.0, 0.0)
    """
    turned = Directions(east_m, north_m, up_m, length_m).turned(rotation)
    return turned.elevation_rad, turned.azimuth_rad
