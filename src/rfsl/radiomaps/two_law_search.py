"""The place from which LocHeatmap's two laws explain the measured RSS best, and their RSS map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.radiomaps.maps import los_nlos_rss_dbm
from rfsl.radiomaps.visibility import line_of_sight

#: A search uses at most this many measurements, spread evenly over all.
_MEASUREMENTS = 150
#: Share of the measurements with line of sight, and the spreads of errors that are tried.
_IN_SIGHT, _SPREADS_DB = 0.8, (1.0, 4.0, 12.0)
#: Candidates in each direction: of the first grid, and of every refinement around the best.
_COARSE, _FINE = 16, 5
_REFINEMENTS = 3


@dataclass(frozen=True)
class TwoLawSearch:
    """Maximum-likelihood search of a source by RSS of a known level.

    The likelihood of M measurements r_i at distances d_i from a candidate is that of a mixture of
    both laws (`rfsl.radiomaps.maps.los_nlos_rss_dbm`), with the likeliest spread σ of three:

        log L = max_σ Σ_i log[ 0.8 N(r_i; LoS(d_i), σ²) + 0.2 N(r_i; NLoS(d_i), σ²) ]

    Attributes:
        pixel_m: size of a pixel of the scenes.
        uav_height_m: height of the UAV above the lowest ground.
        source_height_m: height of the source above its ground.

    Example:
        Flat ground without noise: the source is found within a metre.

        >>> search = TwoLawSearch(pixel_m=5.0, uav_height_m=30.0, source_height_m=2.0)
        >>> flat_m = np.zeros((16, 16), dtype=np.float32)
        >>> rss_dbm = search.rss_dbm(np.array([23.0, 51.0, 2.0]), flat_m)
        >>> found_m = search.source_m(np.ones((16, 16), dtype=bool), rss_dbm, flat_m)
        >>> bool(np.linalg.norm(found_m - [23.0, 51.0, 2.0]) < 1.0)
        True
    """

    pixel_m: float
    uav_height_m: float
    source_height_m: float

    def source_m(
        self, measured: BoolArray, rss_dbm: Float32Array, height_m: Float32Array
    ) -> FloatArray:
        """Place (3,) of largest likelihood, in the frame of `Scene.source_m`.

        It is searched on a grid that is refined three times around its best candidate.

        Args:
            measured: (H, W) which pixels are measured; at least one.
            rss_dbm: (H, W) measured RSS; only measured pixels are used.
            height_m: (H, W) height of the ground with its buildings.
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
        """RSS map (H, W) in dBm of a source (3,) by the two laws, with LoS traced over heights."""
        in_sight = line_of_sight(height_m, self.pixel_m, self.uav_height_m, source_m)
        offsets_m = self.pixel_m * (np.arange(height_m.shape[0]) + 0.5)
        x_m, y_m = np.meshgrid(offsets_m - source_m[0], offsets_m - source_m[1])
        distance_m = np.sqrt(x_m**2 + y_m**2 + (self.uav_height_m - source_m[2]) ** 2)
        return los_nlos_rss_dbm(distance_m, in_sight).astype(np.float32)


def _log_likelihood(values_dbm: FloatArray, distance_m: FloatArray) -> FloatArray:
    """Log-likelihood (N,) of RSS (M,) at distances (N, M), for the likeliest of `_SPREADS_DB`."""
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
