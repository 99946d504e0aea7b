"""Likelihood of a flight's RSS under a propagation model that is known to be wrong in known ways.

RSS of a cell = model + level + gain error + shadowing. The level of a flight is unknown. The gain
error is linear in the basis of `GainProfile`, with the covariance that a calibration leaves. The
shadowing is a unit process along the flight times a spread that depends on the depression angle.
The process is correlated exponentially, partly along the path and partly between places, plus a
part of its own for each cell: what is shadowed where the UAV comes by again is mostly shadowed
again. What is new in it from cell to cell has a t distribution, and all spreads of a flight share
an unknown factor: so neither a few odd cells nor a rougher flight makes a wrong place look certain.

Before the receiver acquired the signal it was weaker than at acquisition: each cell from before
counts with the probability of that.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual, cell_terms, unit_whitener
from rfsl.propagation.spec import PropagationModel

#: Spread of a level of which nothing is known.
UNKNOWN_LEVEL_DB = 100.0
#: Candidates whose gain terms are held at once: temporaries stay in the cache.
_BLOCK = 64
#: Values of the common factor of a flight's spreads that are averaged over.
_FACTORS = 3
#: Steps of the robust fit at the first of them, and at the others, which start from there.
_FIRST_STEPS, _STEPS = 5, 2
#: Doubt about the gain that changes nothing.
_NEGLIGIBLE_DB = 0.3


@dataclass(frozen=True)
class CellLikelihood:
    """Likelihood of the mean RSS of a flight's cells, for each of many source positions.

    Attributes:
        model: mean of the RSS, up to the level.
        profile: basis and covariance of the gain error; its mean is not used.
        residual: shadowing.
    """

    model: PropagationModel
    profile: GainProfile
    residual: Residual

    def __call__(self, cells: FlightCells, sources_m: FloatArray) -> FloatArray:
        """Log-likelihood (N,) of source positions (N, 3), up to a constant."""
        whitener = unit_whitener(cells.position_m, cells.travelled_m, self.residual)
        blocks = np.array_split(sources_m, len(sources_m) // _BLOCK + 1)
        return np.concatenate([self._block(cells, block, whitener) for block in blocks])

    def _block(self, cells: FlightCells, sources_m: FloatArray, whitener: FloatArray) -> FloatArray:
        free_db, spread_db = self._free_db(cells.position_m, cells.attitude_rad, sources_m)
        miss_db = cells.rss_db - self.model(cells.position_m, cells.attitude_rad, sources_m)
        fit = _fit(
            (miss_db / spread_db) @ whitener.T,
            whitener @ (free_db / spread_db[..., None]),
            self.residual,
        )
        quiet = self._quiet(cells, sources_m, fit)
        return np.asarray(fit.log_likelihood - np.log(spread_db).sum(axis=1) + quiet)

    def _free_db(
        self, position_m: FloatArray, attitude_rad: FloatArray, sources_m: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Level and gain error at one standard deviation each (N, C, 1 + K), and spread (N, C)."""
        basis, spread_db = cell_terms(
            position_m, attitude_rad, sources_m, self.profile, self.residual
        )
        level = np.full((*spread_db.shape, 1), UNKNOWN_LEVEL_DB)
        return np.concatenate([level, basis @ self._gain_root_db], axis=-1), spread_db

    def _quiet(self, cells: FlightCells, sources_m: FloatArray, fit: _Fit) -> FloatArray:
        """Log-probability (N,) that the signal was weaker before acquisition than at it.

        With level and gain error as the held cells give them. Cells nearer to each other than twice
        the correlation distance are alike, and count as one.
        """
        from scipy.special import log_ndtr  # here, since it loads slowly

        position_m, attitude_rad = cells.quiet_position_m, cells.quiet_attitude_rad
        if len(position_m) == 0:
            return np.zeros(len(sources_m))
        free_db, spread_db = self._free_db(position_m, attitude_rad, sources_m)
        model_db = self.model(position_m, attitude_rad, sources_m)
        expected_db = model_db + (free_db @ fit.coefficients[..., None])[..., 0]
        scaled = np.linalg.solve(fit.root, free_db.swapaxes(1, 2))
        own = 1.0 + self.residual.uncorrelated**2
        variance_db2 = np.square(scaled).sum(axis=1) + own * spread_db**2
        margin = (cells.acquired_db - expected_db) / np.sqrt(variance_db2)
        cell_m = float(np.diff(cells.travelled_m).min())
        alike = 2.0 * self.residual.correlation_distance_m / cell_m
        return np.asarray(log_ndtr(margin).sum(axis=1) / max(alike, 1.0))

    @cached_property
    def _gain_root_db(self) -> FloatArray:
        """A root (K, R) of the gain's covariance, without directions of hardly any doubt."""
        values, vectors = np.linalg.eigh(np.array(self.profile.covariance_db2))
        kept = values > _NEGLIGIBLE_DB**2
        return np.asarray(vectors[:, kept] * np.sqrt(values[kept]))


@dataclass(frozen=True)
class _Fit:
    """Level and gain error of each candidate, fitted to the whitened RSS and integrated out.

    Attributes:
        log_likelihood: (N,).
        coefficients: (N, K) the most likely, at the common factor 1.
        root: (N, K, K) lower Cholesky factor of their precision.
    """

    log_likelihood: FloatArray
    coefficients: FloatArray
    root: FloatArray


def _fit(miss: FloatArray, free: FloatArray, residual: Residual) -> _Fit:
    """Robust fit of the coefficients, by weights in turn with them, at each common factor.

    The integral over the coefficients is Laplace's, with the weights for the curvature: exact where
    the innovations are Gaussian.

    Args:
        miss: (N, C) whitened RSS less the model.
        free: (N, C, K) whitened level and gain error, at one standard deviation each.
    """
    freedom = residual.tail_freedom
    nodes, shares = np.polynomial.hermite_e.hermegauss(_FACTORS)
    parts, fits = [], []
    weight = np.ones_like(miss)
    steps = _FIRST_STEPS
    for node, share in zip(nodes, shares / shares.sum(), strict=True):
        factor = np.exp(residual.scale_spread * node)
        scale = factor * np.sqrt((freedom - 2.0) / freedom)  # spreads are those of the whole
        for _ in range(steps):
            weighted = (free * (weight / scale**2)[..., None]).swapaxes(1, 2)
            precision = np.eye(free.shape[-1]) + weighted @ free
            coefficients = np.linalg.solve(precision, weighted @ miss[..., None])[..., 0]
            left = (miss - (free @ coefficients[..., None])[..., 0]) / scale
            weight = (freedom + 1.0) / (freedom + left**2)
        root = np.linalg.cholesky(precision)
        value = -0.5 * (freedom + 1.0) * np.log1p(left**2 / freedom).sum(axis=1)
        value -= miss.shape[1] * np.log(scale) + 0.5 * np.square(coefficients).sum(axis=1)
        value -= np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        steps = _STEPS
        parts.append(value + np.log(share))
        fits.append((coefficients, root))
    return _Fit(np.logaddexp.reduce(parts, axis=0), *fits[_FACTORS // 2])
