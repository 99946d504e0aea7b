"""The local east-north-up frame (WGS-84, by pymap3d), boxes on the ground, lengths of paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymap3d
from numpy.typing import ArrayLike

from rfsl.arrays import FloatArray
from rfsl.config.scenario import Area, ScenarioSettings
from rfsl.errors import ConfigError

#: Largest number of cells in a grid: a square of 500 by 500.
_MOST_PLACES = 250_000


def travelled_m(position_m: FloatArray) -> FloatArray:
    """Length of a path from its start to each of its positions.

        l₀ = 0,  l_k = l_(k−1) + |p_k − p_(k−1)|

    Args:
        position_m: (S, D) positions in the order of time.

    Returns:
        (S,) lengths in metres.

    See also: `along_path`, its inverse.

    Example:
        >>> travelled_m(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]])).tolist()
        [0.0, 5.0, 7.0]
    """
    steps_m = np.linalg.norm(np.diff(position_m, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps_m)])


def along_path(corners_m: FloatArray, at_m: FloatArray) -> FloatArray:
    """Positions at given lengths of a path of straight legs.

    Args:
        corners_m: (W, D) corners of the path.
        at_m: (C,) lengths from its start; beyond its end, the end is returned.

    Returns:
        (C, D) positions.

    See also: `travelled_m`, its inverse.

    Example:
        >>> corners_m = np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 6.0]])
        >>> along_path(corners_m, np.array([5.0, 6.0, 99.0])).tolist()
        [[3.0, 4.0], [3.0, 5.0], [3.0, 6.0]]
    """
    length_m = travelled_m(corners_m)
    return np.column_stack([np.interp(at_m, length_m, column) for column in corners_m.T])


def first_off_globe(latitude_deg: FloatArray, longitude_deg: FloatArray) -> int | None:
    """Row of the first position off the globe: a latitude beyond ±90°, or a longitude outside
    −180° to 360°. Some receivers and programs count longitudes from 0° to 360°.

    Args:
        latitude_deg, longitude_deg: (N,); NaN counts as on the globe.

    Returns:
        The row, or None if there is no such position.

    Example:
        >>> first_off_globe(np.array([35.7, np.nan, 91.0]), np.array([-78.7, 0.0, 0.0]))
        2
    """
    off = (np.abs(latitude_deg) > 90.0) | (longitude_deg < -180.0) | (longitude_deg > 360.0)
    return int(np.argmax(off)) if off.any() else None


@dataclass(frozen=True)
class LocalFrame:
    """The plane that touches the WGS-84 ellipsoid at an origin: x east, y north, z up.

    Example:
        One minute of longitude on the equator is 6378137 m × sin(1′):

        >>> frame = LocalFrame(0.0, 0.0)
        >>> x_m, y_m = frame.to_local(0.0, 1 / 60)
        >>> round(float(x_m), 1), round(float(y_m), 1)
        (1855.3, 0.0)
        >>> _, longitude_deg = frame.to_geodetic(x_m, y_m)
        >>> round(60 * float(longitude_deg), 6)
        1.0
    """

    origin_latitude_deg: float
    origin_longitude_deg: float

    @classmethod
    def of(cls, scenario: ScenarioSettings) -> LocalFrame:
        """The frame at the scenario's origin."""
        return cls(scenario.origin_latitude_deg, scenario.origin_longitude_deg)

    def to_local(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """East and north of points on the ellipsoid.

        The caller keeps the height as it is: a kilometre from the origin, the plane is 8 cm above
        the ellipsoid.

        Args:
            latitude_deg, longitude_deg: WGS-84, of any one shape.

        Returns:
            x and y in metres, of that shape.
        """
        x_m, y_m, _ = pymap3d.geodetic2enu(
            np.asarray(latitude_deg, float),
            np.asarray(longitude_deg, float),
            0.0,
            self.origin_latitude_deg,
            self.origin_longitude_deg,
            0.0,
        )
        return np.asarray(x_m, float), np.asarray(y_m, float)

    def distance_m(self, latitude_deg: ArrayLike, longitude_deg: ArrayLike) -> FloatArray:
        """Straight distance (m) of points on the ellipsoid from the origin, at any distance."""
        origin = (self.origin_latitude_deg, self.origin_longitude_deg, 0.0)
        enu_m = pymap3d.geodetic2enu(
            np.asarray(latitude_deg, float), np.asarray(longitude_deg, float), 0.0, *origin
        )
        return np.asarray(np.sqrt(sum(np.square(axis) for axis in enu_m)))

    def to_geodetic(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Latitude and longitude (deg) of points (m) in the plane; inverse of `to_local`."""
        latitude_deg, longitude_deg, _ = pymap3d.enu2geodetic(
            np.asarray(x_m, float),
            np.asarray(y_m, float),
            0.0,
            self.origin_latitude_deg,
            self.origin_longitude_deg,
            0.0,
        )
        return np.asarray(latitude_deg, float), np.asarray(longitude_deg, float)


@dataclass(frozen=True)
class Box:
    """Rectangle on the ground with sides along east and north, in metres of the local frame."""

    west_m: float
    east_m: float
    south_m: float
    north_m: float

    @classmethod
    def of(cls, area: Area, frame: LocalFrame) -> Box:
        """The box of an area.

        Its corners are the area's south-west and north-east corners. The meridians converge by less
        than a centimetre over a few hundred metres.
        """
        (west_m, east_m), (south_m, north_m) = frame.to_local(
            [area.south_deg, area.north_deg], [area.west_deg, area.east_deg]
        )
        return cls(float(west_m), float(east_m), float(south_m), float(north_m))

    def overlap(self, other: Box) -> Box:
        """The box that both boxes cover.

        Raises:
            ValueError: they do not overlap.
        """
        box = Box(
            max(self.west_m, other.west_m),
            min(self.east_m, other.east_m),
            max(self.south_m, other.south_m),
            min(self.north_m, other.north_m),
        )
        if box.west_m >= box.east_m or box.south_m >= box.north_m:
            raise ValueError("the flight area and the source area do not overlap")
        return box

    def distance_outside_m(self, x_m: float, y_m: float) -> float:
        """Distance of a point from the box; zero inside.

        Example:
            >>> Box(0.0, 10.0, 0.0, 10.0).distance_outside_m(13.0, 14.0)
            5.0
        """
        dx = max(self.west_m - x_m, 0.0, x_m - self.east_m)
        dy = max(self.south_m - y_m, 0.0, y_m - self.north_m)
        return float(np.hypot(dx, dy))

    def clip(self, xy_m: FloatArray) -> FloatArray:
        """The point of the box nearest to each point (..., 2) east, north."""
        corners = (self.west_m, self.south_m), (self.east_m, self.north_m)
        return np.clip(xy_m, *np.array(corners))

    def grid(self, spacing_m: float) -> FloatArray:
        """Centres of a grid of equal cells that fills the box.

        Args:
            spacing_m: wanted size of a cell; the cells are resized so that a whole number fits.

        Returns:
            (N, 2) east and north, row by row from the south-west corner.

        Raises:
            ConfigError: the grid would have more than 250,000 cells.

        Example:
            >>> Box(0.0, 10.0, 0.0, 4.0).grid(4.0).tolist()
            [[2.5, 2.0], [7.5, 2.0]]
        """
        step_m = self.grid_step(spacing_m)
        east_m, north_m = 2.0 * np.array(self.half_size_m)
        count = east_m * north_m / float(np.prod(step_m))
        if count > _MOST_PLACES:
            raise ConfigError(
                f"an area of {east_m / 1000:,.1f} by {north_m / 1000:,.1f} km has {count:,.0f} "
                f"places that are {spacing_m:g} m apart; {_MOST_PLACES:,} at the most. Choose a "
                "smaller area (scenario.source_area, localize.area), or a wider grid "
                "(localizers.coarse_grid_m and localizers.grid_m)"
            )
        corner_m = np.array([self.west_m, self.south_m])
        sizes_m = 2.0 * np.array(self.half_size_m)
        axes = [
            low_m + step * (np.arange(round(size / step)) + 0.5)
            for low_m, size, step in zip(corner_m, sizes_m, step_m, strict=True)
        ]
        return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)

    def grid_step(self, spacing_m: float) -> FloatArray:
        """Size (2,) of the cells of `grid`, east and north."""
        sizes_m = 2.0 * np.array(self.half_size_m)
        return np.asarray(sizes_m / np.maximum(1, np.round(sizes_m / spacing_m)))

    @property
    def center_m(self) -> tuple[float, float]:
        """Centre, east and north."""
        return (self.west_m + self.east_m) / 2, (self.south_m + self.north_m) / 2

    @property
    def half_size_m(self) -> tuple[float, float]:
        """Half the length of the sides, east and north."""
        return (self.east_m - self.west_m) / 2, (self.north_m - self.south_m) / 2
