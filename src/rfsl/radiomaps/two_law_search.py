"""Where the source would be by LocHeatmap's two laws of RSS, and the RSS that this predicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.radiomaps.maps import los_nlos_rss_dbm
from rfsl.radiomaps.visibility import line_of_sight

#: Measurements that a search looks at, spread evenly over those there are.
_MEASUREMENTS = 150
#: Share of measurements in sight of the source, and spreads of their errors that are tried.
_IN_SIGHT, _SPREADS_DB = 0.8, (1.0, 4.0, 12.0)
#: First candidates in each direction, and those of every refinement around the best.
_COARSE, _FINE = 16, 5
_REFINEMENTS = 3


@dataclass(frozen=True)
class TwoLawSearch:
    """Search of a source by RSS of a known level.

    Attributes:
        pixel_m, uav_height_m, source_height_m: of the scenes.
    """

    pixel_m: float
    uav_height_m: float
    source_height_m: float

    def source_m(
        self, measured: BoolArray, rss_dbm: Float32Array, height_m: Float32Array
    ) -> FloatArray:
        """The place (3,) on the ground from which the measurements are best explained.

        The one of largest likelihood, over a grid that is refined around its best. Every
        measurement may be in sight of the source or not, with the shares of simulated scenes; the
        spread of the errors is unknown.

        Args:
            measured, rss_dbm, height_m: (H, W).
        """
        rows, columns = np.nonzero(measured)
        chosen = np.linspace(0, rows.size - 1, min(rows.size, _MEASUREMENTS)).astype(int)
        uav_m = self.pixel_m * (np.column_stack([columns, rows])[chosen] + 0.5)
        values_dbm = rss_dbm[rows[chosen], columns[chosen]]
        size_m = self.pixel_m * measured.shape[0]
        above_m = self.uav_height_m - self.source_height_m
        spacing_m = size_m / _COARSE
        centers_m = spacing_m * (np.arange(_COARSE) + 0.5)
        for _ in range(_REFINEMENTS + 1):
            x_m, y_m = (grid.ravel() for grid in np.meshgrid(*np.atleast_2d(centers_m)[[0, -1]]))
            distance_m = np.sqrt(
                (x_m[:, None] - uav_m[:, 0]) ** 2 + (y_m[:, None] - uav_m[:, 1]) ** 2 + above_m**2
            )
            best = int(_log_likelihood(values_dbm, distance_m).argmax())
            steps_m = spacing_m * np.linspace(-0.5, 0.5, _FINE)
            centers_m = np.clip([x_m[best] + steps_m, y_m[best] + steps_m], 0.0, size_m)
            spacing_m /= _FINE - 1
        place_m = np.array([x_m[best], y_m[best]])
        column, row = np.minimum(place_m // self.pixel_m, measured.shape[0] - 1).astype(int)
        return np.array([*place_m, height_m[row, column] + self.source_height_m])

    def rss_dbm(self, source_m: FloatArray, height_m: Float32Array) -> Float32Array:
        """RSS (H, W) of a source (3,) by the two laws, with lines of sight over the heights."""
        in_sight = line_of_sight(height_m, self.pixel_m, self.uav_height_m, source_m)
        offsets_m = self.pixel_m * (np.arange(height_m.shape[0]) + 0.5)
        x_m, y_m = np.meshgrid(offsets_m - source_m[0], offsets_m - source_m[1])
        distance_m = np.sqrt(x_m**2 + y_m**2 + (self.uav_height_m - source_m[2]) ** 2)
        return los_nlos_rss_dbm(distance_m, in_sight).astype(np.float32)


def _log_likelihood(values_dbm: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Log-likelihood (N,) of RSS (M,) at distances (N, M), with the likeliest of some spreads."""
    every = np.ones((1, 1), dtype=bool)
    near = 0.5 * np.square(values_dbm - los_nlos_rss_dbm(distance_m, every))
    far = 0.5 * np.square(values_dbm - los_nlos_rss_dbm(distance_m, ~every))
    by_spread = [
        np.logaddexp(
            np.log(_IN_SIGHT) - near / std_db**2, np.log1p(-_IN_SIGHT) - far / std_db**2
        ).sum(axis=1)
        - values_dbm.size * np.log(std_db)
        for std_db in _SPREADS_DB
    ]
    return np.max(by_spread, axis=0)
