"""A real flight as a sparse map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.radiomaps import MapSize
from rfsl.errors import ConfigError
from rfsl.geometry.frames import Box


@dataclass(frozen=True)
class MapSquare:
    """Where a map lies in the local frame.

    Attributes:
        west_m, south_m: its south-west corner.
        pixels: H = W.
        pixel_m: size of a pixel.
    """

    west_m: float
    south_m: float
    pixels: int
    pixel_m: float

    @classmethod
    def around(cls, flight_area: Box, source_area: Box, pixels: int, pixel_m: float) -> MapSquare:
        """The square around the centre of both areas together.

        It has to cover the whole source area. Samples in parts of the flight area that it does not
        cover are left out.

        Args:
            pixels: H = W.
            pixel_m: size of a pixel.

        Raises:
            ConfigError: it does not cover the source area.
        """
        middle_m = np.array(
            [
                min(flight_area.west_m, source_area.west_m)
                + max(flight_area.east_m, source_area.east_m),
                min(flight_area.south_m, source_area.south_m)
                + max(flight_area.north_m, source_area.north_m),
            ]
        )
        middle_m /= 2.0
        off_m = np.abs(np.array(source_area.center_m) - middle_m)
        needed_m = 2.0 * float((off_m + source_area.half_size_m).max())
        size_m = pixels * pixel_m
        if size_m < needed_m * (1.0 - 1e-9):
            sizes = [size for size in get_args(MapSize) if size * pixel_m >= needed_m]
            larger = f"heatmaps.scenes.pixels to {sizes[0]}, or " if sizes else ""
            enough_m = np.ceil(100.0 * needed_m / pixels) / 100.0
            raise ConfigError(
                f"heatmaps.scenes: {pixels} pixels of {pixel_m:g} m make a map of {size_m:g} m, "
                f"but the source area needs {needed_m:.1f} m. Set {larger}"
                f"heatmaps.scenes.pixel_m to {enough_m:g} or more"
            )
        west_m, south_m = middle_m - 0.5 * size_m
        return cls(float(west_m), float(south_m), pixels, pixel_m)

    def to_m(self, xy_px: FloatArray) -> FloatArray:
        """Local metres (..., 2) east, north of positions (..., 2) (column, row) in pixels.

        Example:
            >>> MapSquare(-10.0, 0.0, pixels=4, pixel_m=5.0).to_m(np.array([0.0, 1.0])).tolist()
            [-7.5, 7.5]
        """
        return np.array([self.west_m, self.south_m]) + self.pixel_m * (xy_px + 0.5)

    def to_px(self, xy_m: FloatArray) -> FloatArray:
        """Inverse of `to_m`."""
        return (xy_m - np.array([self.west_m, self.south_m])) / self.pixel_m - 0.5


@dataclass(frozen=True)
class FlightRaster:
    """A flight as a sparse map.

    Attributes:
        measured: (H, W) whether a sample lies in the pixel.
        rss_db: (H, W) mean RSS of its samples; NaN where there is none.
        coverage: share of the pixels that are measured.
        left_out_share: share of the samples that lie outside the map.
    """

    measured: BoolArray
    rss_db: Float32Array
    coverage: float
    left_out_share: float


def rasterize(position_m: FloatArray, rss_db: FloatArray, square: MapSquare) -> FlightRaster:
    """Mean RSS, in dB, of a flight's samples in each pixel.

    Args:
        position_m: (S, 3) east, north, up in the local frame.
        rss_db: (S,) RSS relative to any constant.
        square: where the map lies.

    Example:
        >>> square = MapSquare(0.0, 0.0, pixels=2, pixel_m=10.0)
        >>> position_m = np.array([[5.0, 5.0, 30.0], [6.0, 4.0, 30.0], [99.0, 5.0, 30.0]])
        >>> found = rasterize(position_m, np.array([-60.0, -62.0, -80.0]), square)
        >>> float(found.rss_db[0, 0]), found.coverage, round(found.left_out_share, 2)
        (-61.0, 0.25, 0.33)
    """
    # A pixel reaches from half a pixel before its centre to half a pixel after it.
    index = np.floor(square.to_px(position_m[:, :2]) + 0.5)
    inside = ((index >= 0) & (index < square.pixels)).all(axis=1)
    column, row = index[inside].astype(np.intp).T
    flat, size = row * square.pixels + column, square.pixels**2
    samples = np.bincount(flat, minlength=size)
    sum_db = np.bincount(flat, weights=rss_db[inside], minlength=size)
    shape = (square.pixels, square.pixels)
    measured = (samples > 0).reshape(shape)
    mean_db = np.full(shape, np.nan, np.float32)
    mean_db[measured] = sum_db[samples > 0] / samples[samples > 0]
    left_out_share = float((~inside).mean()) if inside.size else 0.0
    return FlightRaster(measured, mean_db, float(measured.mean()), left_out_share)
