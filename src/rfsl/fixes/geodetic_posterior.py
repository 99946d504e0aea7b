"""Probability of the source over the cells of the area, in degrees and on a regular grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.fixes.flown import Fix

#: Cells that lie off a grid by a larger share of the smallest cell form none.
_OFF_GRID = 0.01


@dataclass(frozen=True)
class GeodeticPosterior:
    """Probability of the source over the N cells of the area, which are of several sizes.

    Attributes:
        latitude_deg, longitude_deg: (N,) centres of the cells (WGS-84).
        x_m, y_m: (N,) the same, east and north in the local frame of the fix.
        probability: (N,) probability of each cell; their sum is 1.
        cell_m2: (N,) areas of the cells.
        cell_aspect: width (east-west) of every cell divided by its height (north-south).
    """

    latitude_deg: FloatArray
    longitude_deg: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    probability: FloatArray
    cell_m2: FloatArray
    cell_aspect: float

    @property
    def pixel_m(self) -> tuple[float, float]:
        """Width (east-west) and height (north-south) of the smallest cells."""
        height_m = float(np.sqrt(self.cell_m2.min() / self.cell_aspect))
        return self.cell_aspect * height_m, height_m

    @property
    def is_grid(self) -> bool:
        """Whether the cells form a grid; those of the particle filter do not."""
        off = (np.abs(values - np.rint(values)).max() for values in self._in_pixels()[:2])
        return max(off) <= _OFF_GRID

    def raster(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The density on a regular grid of the smallest cells, as images and contours need it.

        Returns:
            x_m (W,) and y_m (H,) of the pixels' centres, rising, and the density per m² (H, W), NaN
            where the source cannot be. `pyplot.pcolormesh(*posterior.raster())` draws it.

        Raises:
            ValueError: the estimator's cells form no grid, as those of the particle filter.
        """
        if not self.is_grid:
            raise ValueError("the cells of this estimator form no grid; take its cells as they are")
        times, first, origin_m = self._in_pixels()
        first, times = np.rint(first).astype(int), np.rint(times).astype(int)
        columns, rows = (first + times[:, None]).max(axis=0)
        density = np.full((rows, columns), np.nan)
        for size in np.unique(times):
            here = times == size
            column, row = first[here].T
            for right, up in np.ndindex(size, size):
                density[row + up, column + right] = (self.probability / self.cell_m2)[here]
        x_m, y_m = (
            low + step * (np.arange(count) + 0.5)
            for low, step, count in zip(origin_m, self.pixel_m, (columns, rows), strict=True)
        )
        return x_m, y_m, density

    def _in_pixels(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Sizes (N,) of the cells in pixels, their south-west corners (N, 2) in pixels from the
        origin, and the origin (2,) in metres."""
        height_m = np.sqrt(self.cell_m2 / self.cell_aspect)
        times = height_m / height_m.min()
        corner_m = np.column_stack([self.x_m, self.y_m])
        corner_m = corner_m - times[:, None] * np.array(self.pixel_m) / 2.0
        origin_m = corner_m.min(axis=0)
        return times, (corner_m - origin_m) / np.array(self.pixel_m), origin_m


def geodetic_posterior(fix: Fix) -> GeodeticPosterior | None:
    """The posterior of a fix in degrees; None if its estimator gives none."""
    found = None if fix.estimate is None else fix.estimate.posterior
    if found is None:
        return None
    x_m, y_m = found.xy_m.T
    latitude_deg, longitude_deg = fix.frame.to_geodetic(x_m, y_m)
    return GeodeticPosterior(
        latitude_deg,
        longitude_deg,
        x_m,
        y_m,
        found.probability,
        found.cell_m2,
        found.cell_aspect,
    )
