"""The place from which LocHeatmap's two laws explain the measured RSS best, and their RSS map."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.radiomaps.maps import los_nlos_rss_dbm
from rfsl.radiomaps.visibility import line_of_sight

#: A search uses at most this many measurements, spread evenly over all.
_MEASUREMENTS = 150
#: Shares of the measurements with line of sight, and spreads of errors, that are tried.
_SHARES_IN_SIGHT, _SPREADS_DB = (0.8, 0.2), (1.0, 4.0, 12.0)
#: Levels that are tried: these quantiles of the residuals of each law.
_LEVEL_QUANTILES = (0.2, 0.5, 0.8)
#: Candidates in each direction: of the first grid, and of every refinement around the best.
_COARSE, _FINE = 16, 5
_REFINEMENTS = 3
#: So many of the best candidates are refined.
_KEPT = 4
#: Distances below this share of a pixel count as it: the laws have no value at zero.
_NEAREST = 0.25


@dataclass(frozen=True)
class TwoLawFit:
    """A place and a level.

    Attributes:
        source_m: (3,) place in the frame of `rfsl.radiomaps.scenes.Scene.source_m`.
        level_db: added to the RSS of the two laws.
    """

    source_m: FloatArray
    level_db: float


@dataclass(frozen=True)
class TwoLawSearch:
    """Maximum-likelihood search of a source by RSS of an unknown level; see `two_law_scores`.

    Attributes:
        pixel_m: size of a pixel of the scenes.
        uav_height_m: height of the UAV above the lowest ground.
        source_height_m: height of the source above its ground.

    Example:
        Flat ground without noise: the source is found within a metre, and so is the level.

        >>> search = TwoLawSearch(pixel_m=5.0, uav_height_m=30.0, source_height_m=2.0)
        >>> flat_m = np.zeros((16, 16), dtype=np.float32)
        >>> rss_db = search.rss_db(TwoLawFit(np.array([23.0, 51.0, 2.0]), 17.0), flat_m)
        >>> found = search.fit(np.ones((16, 16), dtype=bool), rss_db, flat_m)
        >>> bool(np.linalg.norm(found.source_m - [23.0, 51.0, 2.0]) < 1.0)
        True
        >>> round(found.level_db)
        17
    """

    pixel_m: float
    uav_height_m: float
    source_height_m: float

    def fit(self, measured: BoolArray, rss_db: Float32Array, height_m: Float32Array) -> TwoLawFit:
        """Place and level of largest likelihood.

        They are searched on a grid that is refined three times around its best four candidates.

        Args:
            measured: (H, W) which pixels are measured; at least one.
            rss_db: (H, W) measured RSS up to a constant; only measured pixels are used.
            height_m: (H, W) height of the ground with its buildings.
        """
        rows, columns = np.nonzero(measured)
        chosen = np.linspace(0, rows.size - 1, min(rows.size, _MEASUREMENTS)).astype(int)
        uav_m = self.pixel_m * (np.column_stack([columns, rows])[chosen] + 0.5)
        values_db = rss_db[rows[chosen], columns[chosen]].astype(float)
        size_m = self.pixel_m * measured.shape[0]

        def scores(xy_m: FloatArray) -> tuple[FloatArray, FloatArray]:
            distance_m = self._distance_m(xy_m[:, None] - uav_m, self.source_height_m)
            found, level_db = two_law_scores(values_db, distance_m)
            return found[0], level_db

        spacing_m = size_m / _COARSE
        xy_m = _square_m(spacing_m * (np.arange(_COARSE) + 0.5))
        for _ in range(_REFINEMENTS):
            best, _ = scores(xy_m)
            around_m = _square_m(spacing_m * np.linspace(-0.5, 0.5, _FINE))
            kept_m = xy_m[np.argsort(-best, kind="stable")[:_KEPT]]
            xy_m = np.clip((kept_m[:, None] + around_m).reshape(-1, 2), 0.0, size_m)
            spacing_m /= _FINE - 1
        best, level_db = scores(xy_m)
        place_m = xy_m[best.argmax()]
        column, row = np.minimum(place_m // self.pixel_m, measured.shape[0] - 1).astype(int)
        source_m = np.array([*place_m, height_m[row, column] + self.source_height_m])
        return TwoLawFit(source_m, float(level_db[best.argmax()]))

    def rss_db(self, found: TwoLawFit, height_m: Float32Array) -> Float32Array:
        """RSS map (H, W) in dB by the two laws, with LoS traced over heights, at that level."""
        source_m = found.source_m
        in_sight = line_of_sight(height_m, self.pixel_m, self.uav_height_m, source_m)
        offsets_m = self.pixel_m * (np.arange(height_m.shape[0]) + 0.5)
        x_m, y_m = np.meshgrid(offsets_m - source_m[0], offsets_m - source_m[1])
        distance_m = self._distance_m(np.stack([x_m, y_m], axis=-1), float(source_m[2]))
        return (found.level_db + los_nlos_rss_dbm(distance_m, in_sight)).astype(np.float32)

    def _distance_m(self, offset_m: FloatArray, source_height_m: float) -> FloatArray:
        """Distance of the UAV from sources at horizontal offsets (..., 2)."""
        above_m = self.uav_height_m - source_height_m
        distance_m = np.sqrt(np.square(offset_m).sum(axis=-1) + above_m**2)
        return np.maximum(distance_m, _NEAREST * self.pixel_m)


def two_law_scores(
    values_db: FloatArray, distance_m: FloatArray, parts: BoolArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Log-likelihood of candidates by LocHeatmap's two laws, at the level that suits each best.

    The likelihood of M measurements r_i at distances d_i from a candidate is that of a mixture of
    both laws (`rfsl.radiomaps.maps.los_nlos_rss_dbm`), at a level c, with a spread σ and a share π
    in line of sight:

        log L = Σ_i log[ π N(r_i; c + LoS(d_i), σ²) + (1 − π) N(r_i; c + NLoS(d_i), σ²) ]

    The level is one of the quantiles of the residuals r_i − LoS(d_i) and r_i − NLoS(d_i), σ is one
    of three, and π is 0.8 or 0.2. Of these the ones are taken that make the larger of both terms
    largest, multiplied over all i. (If most of a flight has no line of sight, the level is no
    quantile of the first residuals, and a share of 0.8 prefers a wrong place in line of sight.)

    Args:
        values_db: (M,) r_i, up to a constant.
        distance_m: (N, M) d_i for each candidate, above zero.
        parts: (R, M) parts of the measurements; None for all of them as the only part. Level,
            spread and share are those of all measurements.

    Returns:
        (R, N) log-likelihoods, and (N,) levels c in dB.

    Example:
        The second candidate is at the right distances; its level is 5 dB.

        >>> distance_m = np.array([[40.0, 30.0, 50.0], [10.0, 20.0, 80.0]])
        >>> values_db = 5.0 + los_nlos_rss_dbm(distance_m[1], np.ones(3, dtype=bool))
        >>> scores, level_db = two_law_scores(values_db, distance_m)
        >>> int(scores[0].argmax()), round(float(level_db[1]), 6)
        (1, 5.0)
    """
    every = np.ones((1, 1), dtype=bool)
    near_db = values_db - los_nlos_rss_dbm(distance_m, every)
    far_db = values_db - los_nlos_rss_dbm(distance_m, ~every)
    level_db, std_db, in_sight = _best_level(near_db, far_db)
    near = 0.5 * np.square((near_db - level_db[:, None]) / std_db[:, None])
    far = 0.5 * np.square((far_db - level_db[:, None]) / std_db[:, None])
    each = np.logaddexp(np.log(in_sight)[:, None] - near, np.log1p(-in_sight)[:, None] - far)
    each -= np.log(std_db)[:, None]
    chosen = np.ones((1, values_db.size)) if parts is None else parts.astype(float)
    return chosen @ each.T, level_db


def _best_level(
    near_db: FloatArray, far_db: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Level (N,) in dB, spread (N,) in dB and share (N,) for residuals (N, M) of both laws."""
    count, measurements = near_db.shape
    best, chosen = np.full(count, -np.inf), np.ones((3, count))
    for residual_db in (near_db, far_db):
        for level_db in np.quantile(residual_db, _LEVEL_QUANTILES, axis=1):
            near = np.square(near_db - level_db[:, None])
            far = np.square(far_db - level_db[:, None])
            for share, std_db in product(_SHARES_IN_SIGHT, _SPREADS_DB):
                odds = 2.0 * np.log(share / (1.0 - share)) * std_db**2
                misfit = np.minimum(near, far + odds).sum(axis=1)
                found = measurements * np.log(share / std_db) - 0.5 * misfit / std_db**2
                better = found > best
                best[better] = found[better]
                chosen[0, better], chosen[1, better] = level_db[better], std_db
                chosen[2, better] = share
    level_db, spread_db, in_sight = chosen
    return level_db, spread_db, in_sight


def _square_m(along_m: FloatArray) -> FloatArray:
    """Places (n², 2) of a square grid from its n coordinates in both directions."""
    return np.stack(np.meshgrid(along_m, along_m), axis=-1).reshape(-1, 2)
