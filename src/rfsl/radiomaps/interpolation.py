"""Complete maps from sparse ones without training: nearest neighbour and kriging."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft2, next_fast_len, rfft2
from scipy.interpolate import NearestNDInterpolator
from scipy.linalg import cho_factor, cho_solve
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Kernel, Matern, WhiteKernel

from rfsl.arrays import BoolArray, FloatArray, IndexArray

#: Complete map (H, W) in dB, from measured pixels (H, W) and their RSS (NaN elsewhere).
Interpolation = Callable[[BoolArray, FloatArray], FloatArray]
#: Maps on which the kernel of kriging is fitted.
FITTED_MAPS = 4
#: Added to the variances so that the covariance can be factorized (scikit-learn's default).
_JITTER = 1e-10
#: Measurements whose covariances with all others are looked up at once.
_BLOCK = 64


def nearest_neighbour(measured: BoolArray, rss_db: FloatArray) -> FloatArray:
    """RSS of the nearest measured pixel, for every pixel.

    Args:
        measured: (H, W) which pixels are measured; at least one.
        rss_db: (H, W), NaN elsewhere.

    Returns:
        (H, W) in dB.

    Example:
        >>> rss_db = np.array([[-50.0, np.nan, np.nan, -80.0], [np.nan] * 4])
        >>> nearest_neighbour(~np.isnan(rss_db), rss_db)[1].tolist()
        [-50.0, -50.0, -80.0, -80.0]
    """
    known, everywhere = np.argwhere(measured), np.indices(measured.shape).reshape(2, -1).T
    found = NearestNDInterpolator(known, rss_db[measured])(everywhere)
    return np.asarray(found).reshape(measured.shape)


@dataclass(frozen=True)
class Kriging:
    """Kriging of a map: Gaussian-process regression around the mean of its measurements.

    The covariance at a distance d is σ² exp(−d / ℓ), plus a nugget at d = 0. Standardized
    measurements y in pixels i have weights w = K⁻¹ y, and the prediction in a pixel is
    Σ_i w_i k(d_i). Pixels lie on a regular grid, so this sum is a convolution of the map of weights
    with the covariance; it is made by FFT. Memory grows with the pixels and with the square of the
    measurements, not with their product.

    Attributes:
        kernel: covariance of standardized RSS over positions in pixels; it depends on the distance
            alone.

    See also:
        scikit-learn's `GaussianProcessRegressor` with `normalize_y=True` predicts the same.

    Example:
        >>> kriging = Kriging(ConstantKernel(1.0) * Matern(3.0, nu=0.5) + WhiteKernel(1e-9))
        >>> rss_db = np.array([[-50.0, np.nan, -70.0]])
        >>> kriging(~np.isnan(rss_db), rss_db).round(3).tolist()
        [[-50.0, -60.0, -70.0]]
    """

    kernel: Kernel

    @classmethod
    def fitted(cls, maps: Sequence[tuple[BoolArray, FloatArray]]) -> Kriging:
        """With the median, over some sparse maps, of the parameters of largest likelihood.

        Args:
            maps: measured pixels (H, W) and their RSS (H, W) in dB; the first four are used.
        """
        start = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(10.0, (1.0, 1e3), nu=0.5)
        start += WhiteKernel(0.1, (1e-6, 1e1))
        found = []
        with warnings.catch_warnings():
            # Maps without noise have no nugget, so the fit ends at its lower bound.
            warnings.simplefilter("ignore", ConvergenceWarning)
            for measured, rss_db in maps[:FITTED_MAPS]:
                process = GaussianProcessRegressor(start, normalize_y=True)
                found.append(process.fit(np.argwhere(measured), rss_db[measured]).kernel_.theta)
        return cls(start.clone_with_theta(np.median(found, axis=0)))

    def __call__(self, measured: BoolArray, rss_db: FloatArray) -> FloatArray:
        """Complete map (H, W) in dB.

        Args:
            measured: (H, W) which pixels are measured; at least one.
            rss_db: (H, W) in dB; only measured pixels are used.
        """
        values_db = rss_db[measured].astype(float)
        mean_db, std_db = values_db.mean(), values_db.std() or 1.0
        by_offset = self._covariance(*measured.shape)
        factor = cho_factor(
            self._upper(np.argwhere(measured), by_offset), overwrite_a=True, check_finite=False
        )
        weights = np.zeros(measured.shape)
        weights[measured] = cho_solve(factor, (values_db - mean_db) / std_db, check_finite=False)
        return np.asarray(mean_db + std_db * _convolved(weights, by_offset))

    def _covariance(self, rows: int, columns: int) -> FloatArray:
        """Covariance (2 H − 1, 2 W − 1) without nugget, by offset from −(H − 1), −(W − 1) on."""
        quarter_px = np.indices((rows, columns)).reshape(2, -1).T.astype(float)
        # Between two sets of places a kernel has no nugget.
        from_corner = self.kernel(np.zeros((1, 2)), quarter_px).reshape(rows, columns)
        offsets = (np.abs(np.arange(1 - size, size)) for size in (rows, columns))
        return np.asarray(from_corner[np.ix_(*offsets)])

    def _upper(self, places_px: IndexArray, by_offset: FloatArray) -> FloatArray:
        """Upper triangle of the covariance (M, M) of measurements in pixels (M, 2).

        It is looked up, block by block, which takes a tenth of the time of the kernel itself. The
        rest of the matrix is undefined. In memory it lies as LAPACK wants it.
        """
        count = len(places_px)
        stride = by_offset.shape[1]
        flat = places_px @ np.array([stride, 1])
        middle = by_offset.size // 2
        transposed = np.empty((count, count))
        for start in range(0, count, _BLOCK):
            stop = min(start + _BLOCK, count)
            index = middle + flat[start:stop, None] - flat[:stop]
            transposed[start:stop, :stop] = by_offset.ravel().take(index, mode="clip")
        at_zero = self.kernel.diag(np.zeros((1, 2)))[0] + _JITTER
        transposed[np.diag_indices(count)] = at_zero
        return transposed.T


def _convolved(weights: FloatArray, by_offset: FloatArray) -> FloatArray:
    """Sum (H, W) over all pixels of weight (H, W) times covariance at their offset."""
    rows, columns = weights.shape
    # Long enough that no sum that is kept wraps around.
    shape = tuple(next_fast_len(size, real=True) for size in by_offset.shape)
    made = irfft2(rfft2(by_offset, shape) * rfft2(weights, shape), shape)
    return np.asarray(made[rows - 1 : 2 * rows - 1, columns - 1 : 2 * columns - 1])
