"""Geodesy: the local east-north-up frame and boxes on the ground, by pymap3d (WGS-84)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pymap3d
from numpy.typing import ArrayLike

from rfsl.arrays import FloatArray
from rfsl.config.scenario import Area, ScenarioSettings
from rfsl.errors import ConfigError

#: Candidates of a grid, at the most: a square of 500 by 500.
_MOST_PLACES = 250_000


def travelled_m(position_m: FloatArray) -> FloatArray:
    """Length (S,) of the path through positions (S, D) up to each of them."""
    steps_m = np.linalg.norm(np.diff(position_m, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps_m)])


def along_path(corners_m: FloatArray, at_m: FloatArray) -> FloatArray:
    """Places (C, D) at lengths `at_m` (C,) of a path with corners (W, D); held at its end."""
    length_m = travelled_m(corners_m)
    return np.column_stack([np.interp(at_m, length_m, column) for column in corners_m.T])


def first_off_globe(latitude_deg: FloatArray, longitude_deg: FloatArray) -> int | None:
    """Row of the first position (N,), (N,) that is not on the globe; None if all are, or NaN."""
    off = (np.abs(latitude_deg) > 90.0) | (np.abs(longitude_deg) > 180.0)
    return int(np.argmax(off)) if off.any() else None


@dataclass(frozen=True)
class LocalFrame:
    """Tangent plane at an origin of height zero: x east, y north, z up."""

    origin_latitude_deg: float
    origin_longitude_deg: float

    @classmethod
    def of(cls, scenario: ScenarioSettings) -> LocalFrame:
        return cls(scenario.origin_latitude_deg, scenario.origin_longitude_deg)

    def to_local(
        self, latitude_deg: ArrayLike, longitude_deg: ArrayLike
    ) -> tuple[FloatArray, FloatArray]:
        """East and north (m) of points on the ellipsoid; shapes follow the arguments.

        Height is left to the caller: over a kilometre the plane leaves the ellipsoid by 8 cm.
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
        """Straight distance from the origin of points on the ellipsoid, however far."""
        origin = (self.origin_latitude_deg, self.origin_longitude_deg, 0.0)
        enu_m = pymap3d.geodetic2enu(
            np.asarray(latitude_deg, float), np.asarray(longitude_deg, float), 0.0, *origin
        )
        return np.asarray(np.sqrt(sum(np.square(axis) for axis in enu_m)))

    def to_geodetic(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Latitude and longitude (deg) of points in the plane; inverse of `to_local`."""
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
    """Axis-aligned rectangle in the local frame."""

    west_m: float
    east_m: float
    south_m: float
    north_m: float

    @classmethod
    def of(cls, area: Area, frame: LocalFrame) -> Box:
        """The box of an area; meridians converge by millimetres over these sizes."""
        (west_m, east_m), (south_m, north_m) = frame.to_local(
            [area.south_deg, area.north_deg], [area.west_deg, area.east_deg]
        )
        return cls(float(west_m), float(east_m), float(south_m), float(north_m))

    def overlap(self, other: Box) -> Box:
        """The part that both boxes cover.

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
        """Distance of a point from the box, zero inside it."""
        dx = max(self.west_m - x_m, 0.0, x_m - self.east_m)
        dy = max(self.south_m - y_m, 0.0, y_m - self.north_m)
        return float(np.hypot(dx, dy))

    def clip(self, xy_m: FloatArray) -> FloatArray:
        """The nearest point inside the box; (..., 2) east, north."""
        corners = (self.west_m, self.south_m), (self.east_m, self.north_m)
        return np.clip(xy_m, *np.array(corners))

    def grid(self, spacing_m: float) -> FloatArray:
        """Centres (N, 2) of a raster of cells of about `spacing_m` that fills the box.

        Raises:
            ConfigError: they are more than a posterior can be made of.
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
        """Size (2,) of those cells, east and north."""
        sizes_m = 2.0 * np.array(self.half_size_m)
        return np.asarray(sizes_m / np.maximum(1, np.round(sizes_m / spacing_m)))

    @property
    def center_m(self) -> tuple[float, float]:
        return (self.west_m + self.east_m) / 2, (self.south_m + self.north_m) / 2

    @property
    def half_size_m(self) -> tuple[float, float]:
        return (self.east_m - self.west_m) / 2, (self.north_m - self.south_m) / 2
