"""Likelihood of a flight's RSS under a propagation model with uncertain gain and shadowing.

RSS of a cell = model + level + gain error + shadowing.

- Level: unknown, one for each flight.
- Gain error: linear in the basis of `GainProfile`, with the covariance that a calibration leaves.
  Of several flights over one source, each has an error of its own and a part that all share.
- Shadowing: a process of unit variance along the flight, times a spread that depends on the
  depression angle. The process is correlated exponentially, partly along the path and partly
  between positions, and each cell adds a part of its own. Its innovations (the part not predicted
  from the previous cells) have a t distribution, and all spreads of a flight share an unknown
  factor. So neither a few outlying cells nor a rougher flight make a wrong position look certain.

In quiet cells the signal was too weak: before the receiver acquired it, it was weaker than at
acquisition, and where most readings were lost, weaker than those that arrived nearby. Each quiet
cell contributes the probability of that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.flights.cells import FlightCells
from rfsl.localizers.bagging import whole_flight
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.shadowing import Residual, cell_terms
from rfsl.propagation.spec import PropagationModel
from rfsl.propagation.whitening import Whitener

#: Standard deviation of the unknown level.
UNKNOWN_LEVEL_DB = 100.0
#: Candidates that are computed at once, so that temporaries stay in the cache; fewer of them if
#: that would be more cells than this.
_BLOCK, _BLOCK_CELLS = 64, 65_536
#: Number of values over which the common factor of a flight's spreads is averaged; their nodes, in
#: standard deviations of its logarithm, and their weights.
_FACTORS = 3
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(_FACTORS)
#: Steps of the robust fit for the first value, and for the others, which start from its result.
_FIRST_STEPS, _STEPS = 3, 1
#: Directions of the gain error with a smaller standard deviation are left out.
_NEGLIGIBLE_DB = 0.3


@dataclass(frozen=True)
class CellLikelihood:
    """Marginal likelihood of the mean RSS of a flight's cells, for each of many source positions.

    For a source at x let m = r − model(x) be the measured RSS less the model, D the diagonal matrix
    of the spreads at x, and W the matrix that whitens the unit shadowing process of the C cells.
    With β ~ N(0, I) for level and gain error, G their basis at one standard deviation each, and
    log τ ~ N(0, `scale_spread`²) for the common factor of the spreads,

        p(r | x) = ∬ |det D|⁻¹ Π_c t_ν(e_c; τ) p(β) p(τ) dβ dτ,   e = W D⁻¹ (m − G β),

    t_ν is the t density of ν = `tail_freedom` degrees of freedom, scaled to standard deviation τ.
    The integral over β is by Laplace's approximation, which is exact for Gaussian innovations; the
    integral over log τ by Gauss-Hermite quadrature with 3 nodes. The fit of β is by iteratively
    reweighted least squares (Lange, Little & Taylor, "Robust statistical modeling using the t
    distribution", 1989). Each quiet cell adds log Φ((a − μ) / σ), with the RSS a that the signal
    did not reach and the expected RSS μ ± σ. Their sum is divided by the number of cells in two
    correlation distances, because neighbouring cells are not independent.

    Attributes:
        model: mean of the RSS, up to the level.
        profile: basis and covariance of the gain error. The mean gain is in `model` already.
        residual: shadowing.
        shared_gain: share of the gain error's variance that flights over one source have in common,
            if the cells are of several (`rfsl.flights.cells.fused_cells`).

    See also:
        `rfsl.localizers.methods.kriging`: the localizer that uses it.
        `rfsl.evaluation.cramer_rao`: the bound of the same model with Gaussian innovations.

    Example:
        A straight flight cannot tell a source on its left from one on its right.

        >>> x_m = np.arange(0.0, 100.0, 10.0)
        >>> path_m = np.column_stack([x_m, 0.0 * x_m, 30.0 + 0.0 * x_m])
        >>> none_m = np.empty((0, 3))
        >>> cells = FlightCells(path_m, 0.0 * path_m, 0.1 * x_m, x_m, none_m, none_m)
        >>> def free_space(uav_m, attitude_rad, source_m):
        ...     return -20.0 * np.log10(np.linalg.norm(uav_m - source_m[:, None], axis=2))
        >>> zero = (0.0,) * 8
        >>> profile = GainProfile(
        ...     depression_deg=(0.0, 90.0), gain_db=zero[:2], gain_std_db=zero[:2],
        ...     low_db=zero[:4], high_db=zero[:2], covariance_db2=(zero,) * 8,
        ... )
        >>> residual = Residual(
        ...     depression_edges_deg=(0.0, 90.0), std_db=(6.0,), correlation_distance_m=20.0
        ... )
        >>> sources_m = np.array([[80.0, 40.0, 1.0], [80.0, -40.0, 1.0]])
        >>> left, right = CellLikelihood(free_space, profile, residual)(cells, sources_m)
        >>> bool(np.isclose(left, right))
        True
    """

    model: PropagationModel
    profile: GainProfile
    residual: Residual
    shared_gain: float = 0.5

    def __call__(self, cells: FlightCells, sources_m: FloatArray) -> FloatArray:
        """Log-likelihood (N,) of source positions (N, 3), up to a constant.

        Args:
            cells: of one flight; at least two.
            sources_m: (N, 3) east, north, up of the source's antenna.
        """
        return np.asarray(self.of_parts(cells, sources_m, whole_flight(cells.rss_db.size))[0])

    def of_parts(self, cells: FlightCells, sources_m: FloatArray, parts: BoolArray) -> FloatArray:
        """Log-likelihood (R, N) of source positions for each part of a flight, up to a constant.

        It is that of `cells.part(part)`, with what the parts share computed once. All quiet cells
        count for each part.

        Args:
            cells: of one flight.
            sources_m: (N, 3) east, north, up of the source's antenna.
            parts: (R, C) whether a part has a cell; at least two cells each.
        """
        return self.prepared(cells, parts)(sources_m)

    def prepared(self, cells: FlightCells, parts: BoolArray) -> Callable[[FloatArray], FloatArray]:
        """`of_parts` of a flight as a function of the source positions.

        What depends on the flight alone is computed once.

        Args:
            cells, parts: as for `of_parts`.
        """
        needed = self.prepared_where(cells, parts)
        return lambda sources_m: needed(
            sources_m, np.ones((len(parts), len(sources_m)), dtype=bool)
        )

    def prepared_where(
        self, cells: FlightCells, parts: BoolArray, kind: type[np.floating[Any]] = np.float64
    ) -> Callable[[FloatArray, BoolArray], FloatArray]:
        """`of_parts` as a function of the source positions (N, 3) and of what is needed (R, N).

        Where a value is not needed, the result is minus infinity.

        Args:
            cells, parts: as for `of_parts`.
            kind: floating type of the fit. With single precision the values differ by less than
                0.001, and take about two thirds of the time.
        """
        whiteners = [
            Whitener.of(cells.position_m[part], cells.travelled_m[part], self.residual).of_kind(
                kind
            )
            for part in parts
        ]
        size = max(1, min(_BLOCK, _BLOCK_CELLS // cells.rss_db.size))

        def of_sources(sources_m: FloatArray, needed: BoolArray) -> FloatArray:
            found = np.full(needed.shape, -np.inf)
            some = np.flatnonzero(needed.any(axis=0))
            for block in np.array_split(some, len(some) // size + 1) if some.size else []:
                found[:, block] = self._block(
                    cells, sources_m[block], parts, whiteners, needed[:, block], kind
                )
            return found

        return of_sources

    def _block(
        self,
        cells: FlightCells,
        sources_m: FloatArray,
        parts: BoolArray,
        whiteners: Sequence[Whitener],
        needed: BoolArray,
        kind: type[np.floating[Any]],
    ) -> FloatArray:
        free_db, spread_db = self._free_db(
            cells.position_m, cells.attitude_rad, sources_m, cells.flight, cells.flights
        )
        miss_db = cells.rss_db - self.model(cells.position_m, cells.attitude_rad, sources_m)
        # By cell first, so that one product of matrices whitens a part for all candidates.
        free = np.ascontiguousarray((free_db / spread_db[..., None]).swapaxes(0, 1), kind)
        miss = (miss_db / spread_db).T.astype(kind, copy=False)
        log_spread = np.log(spread_db).T
        quiet = self._quiet(cells, sources_m)
        found = np.full(needed.shape, -np.inf)
        for value, part, whitener, chosen in zip(found, parts, whiteners, needed, strict=True):
            if not chosen.any():
                continue
            own = slice(None) if chosen.all() else np.flatnonzero(chosen)
            whitened = np.ascontiguousarray(whitener(free[part][:, own]).swapaxes(0, 1))
            fit = _fit(whitener(miss[part][:, own]).T, whitened, self.residual)
            value[own] = fit.log_likelihood - log_spread[part][:, own].sum(axis=0)
            if quiet is not None:
                value[own] += quiet.of(own).log_probability(fit)
        return found

    def _free_db(
        self,
        position_m: FloatArray,
        attitude_rad: FloatArray,
        sources_m: FloatArray,
        flight: IndexArray | None,
        flights: int,
    ) -> tuple[FloatArray, FloatArray]:
        """Basis of level and gain error at one standard deviation each, and spread of shadowing.

        Args:
            flight: (C,) number of the flight of each cell; None if they are of one.
            flights: F, how many flights there are.

        Returns:
            (N, C, 1 + R) and (N, C), in dB, for N sources and C cells. Several flights have F
            levels, R shared terms and R terms of each flight's own: (N, C, F + R + F R).
        """
        basis, spread_db = cell_terms(
            position_m, attitude_rad, sources_m, self.profile, self.residual
        )
        gain_db = basis @ self._gain_root_db
        if flight is None:
            level = np.full((*spread_db.shape, 1), UNKNOWN_LEVEL_DB)
            return np.concatenate([level, gain_db], axis=-1), spread_db
        of_flight = flight[:, None] == np.arange(flights)
        levels = np.broadcast_to(UNKNOWN_LEVEL_DB * of_flight, (*spread_db.shape, flights))
        own_db = np.sqrt(1.0 - self.shared_gain) * gain_db
        own = [own_db * of_flight[:, number, None] for number in range(flights)]
        shared = np.sqrt(self.shared_gain) * gain_db
        return np.concatenate([levels, shared, *own], axis=-1), spread_db

    def _quiet(self, cells: FlightCells, sources_m: FloatArray) -> _Quiet | None:
        """What is expected in the quiet cells; None if there are none."""
        position_m, attitude_rad = cells.quiet_position_m, cells.quiet_attitude_rad
        if len(position_m) == 0:
            return None
        free_db, spread_db = self._free_db(
            position_m, attitude_rad, sources_m, cells.quiet_flight, cells.flights
        )
        cell_m = float(np.diff(cells.travelled_m).min())
        return _Quiet(
            below_db=cells.quiet_limit_db(),
            model_db=self.model(position_m, attitude_rad, sources_m),
            free_db=free_db,
            variance_db2=(1.0 + self.residual.uncorrelated**2) * spread_db**2,
            alike=max(1.0, 2.0 * self.residual.correlation_distance_m / cell_m),
        )

    @cached_property
    def _gain_root_db(self) -> FloatArray:
        """Root (K, R) of the gain's covariance, without directions below `_NEGLIGIBLE_DB`."""
        return self.profile.root_db(_NEGLIGIBLE_DB)


@dataclass(frozen=True)
class _Quiet:
    """The Q quiet cells, for each candidate.

    Attributes:
        below_db: (Q,) RSS that the signal did not reach in each cell.
        model_db: (N, Q) RSS by the model, without level and gain error.
        free_db: (N, Q, K) basis of level and gain error at one standard deviation each.
        variance_db2: (N, Q) of shadowing.
        alike: number of neighbouring cells that count as one.
    """

    below_db: FloatArray
    model_db: FloatArray
    free_db: FloatArray
    variance_db2: FloatArray
    alike: float

    def of(self, own: slice | IndexArray) -> _Quiet:
        """The same for some of the candidates."""
        return replace(
            self,
            model_db=self.model_db[own],
            free_db=self.free_db[own],
            variance_db2=self.variance_db2[own],
        )

    def log_probability(self, fit: _Fit) -> FloatArray:
        """Log-probability (N,) that the signal was too weak in all quiet cells.

        Level and gain error are those fitted to the held cells, with their uncertainty.

        Args:
            fit: to the held cells, or to a part of them.
        """
        from scipy.special import log_ndtr  # here, since it loads slowly

        expected_db = self.model_db + (self.free_db @ fit.coefficients[..., None])[..., 0]
        spread = self.free_db @ np.linalg.inv(fit.precision)
        variance_db2 = np.einsum("nqk,nqk->nq", spread, self.free_db) + self.variance_db2
        margin = (self.below_db - expected_db) / np.sqrt(variance_db2)
        return np.asarray(log_ndtr(margin).sum(axis=1) / self.alike)


@dataclass(frozen=True)
class _Fit:
    """Fit of level and gain error to the whitened RSS, for each candidate.

    Attributes:
        log_likelihood: (N,) with level and gain error integrated out.
        coefficients: (N, K) most likely level and gain error, for the common factor 1.
        precision: (N, K, K) inverse of their covariance.
    """

    log_likelihood: FloatArray
    coefficients: FloatArray
    precision: FloatArray


def _fit(miss: FloatArray, free: FloatArray, residual: Residual) -> _Fit:
    """Iteratively reweighted least squares for the coefficients, at each common factor.

    The integral over the coefficients is by Laplace's approximation, whose curvature is that of the
    weighted fit. It is exact if the innovations are Gaussian.

    Args:
        miss: (N, C) whitened RSS less the model.
        free: (N, C, K) whitened basis of level and gain error, at one standard deviation each.
    """
    freedom = residual.tail_freedom
    parts, fits = [], []
    weight = np.ones_like(miss)
    steps = _FIRST_STEPS
    for node, share in zip(_NODES, _WEIGHTS / _WEIGHTS.sum(), strict=True):
        factor = np.exp(residual.scale_spread * node)
        # std_db is that of the t distribution. A plain number keeps the arrays' floating type.
        scale = float(factor * np.sqrt((freedom - 2.0) / freedom))
        for _ in range(steps):
            weighted = (free * (weight / scale**2)[..., None]).swapaxes(1, 2)
            precision = np.eye(free.shape[-1], dtype=free.dtype) + weighted @ free
            coefficients = np.linalg.solve(precision, weighted @ miss[..., None])[..., 0]
            left = (miss - (free @ coefficients[..., None])[..., 0]) / scale
            weight = (freedom + 1.0) / (freedom + left**2)
        root = np.linalg.cholesky(precision)
        value = -0.5 * (freedom + 1.0) * np.log1p(left**2 / freedom).sum(axis=1)
        value -= miss.shape[1] * np.log(scale) + 0.5 * np.square(coefficients).sum(axis=1)
        value -= np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        steps = _STEPS
        parts.append(value + np.log(share))
        fits.append((coefficients, precision))
    return _Fit(np.logaddexp.reduce(parts, axis=0), *fits[_FACTORS // 2])
