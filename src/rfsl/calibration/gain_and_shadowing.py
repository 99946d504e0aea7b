"""Effective gain by depression angle and body azimuth, how flights differ from it, and shadowing.

For given spreads, the cells' RSS without the spreading over the distance d is Gaussian:

    RSS + 20 log10 d = gain profile + level of the flight + the flight's own gain error + shadowing

(the model of `rfsl.localizers.likelihood`). The spreads are those that maximize the marginal
likelihood (Rasmussen & Williams, Gaussian Processes for Machine Learning, chapter 5), times a
log-normal prior. Profile and levels then follow in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.stats import t as student_t

from rfsl.arrays import FloatArray
from rfsl.calibration.links import CalibrationFlight
from rfsl.config.calibration import CalibrationSettings
from rfsl.errors import CalibrationError
from rfsl.flights.cells import FlightCells
from rfsl.geometry.links import body_rotation, link_geometry
from rfsl.propagation.gain import GainProfile, gain_basis, smooth_covariance_db2
from rfsl.propagation.shadowing import Residual, unit_covariance

#: Bounds of the depression bands; each band has its own spread.
RESIDUAL_EDGES_DEG = (0.0, 20.0, 30.0, 90.0)
_MINIMUM_CELLS = 30
#: Start of the search for the spreads, and middle of their log-normal prior: gain (dB) and azimuth
#: terms (dB) of a flight, shadowing by band (dB), correlation distance (m), uncorrelated part.
_EXPECTED = (3.0, 3.0, 8.0, 6.0, 4.0, 20.0, 0.4)
#: The same for the odds of shadowing by place against shadowing along the path, if it has both.
_EXPECTED_ODDS = 1.0
#: Largest factor between a spread and that middle: what stays alike for over 100 m is gain.
_RANGE = 5.0
#: Standard deviation of the prior, in natural logarithms: a factor e.
_PRIOR_LOG_STD = 1.0
#: Bounds of the degrees of freedom; with 2 or fewer a t distribution has no variance.
_FREEDOM_BOUNDS = (2.5, 100.0)


@dataclass(frozen=True)
class FieldFit:
    """Result of `fit_field`.

    Attributes:
        profile: gain, with the covariance of the gain of a further flight.
        residual: shadowing.
        offset_db: (F,) level of each flight over the profile.
    """

    profile: GainProfile
    residual: Residual
    offset_db: FloatArray


@dataclass(frozen=True)
class _Terms:
    """A flight of C cells as the fit sees it.

    Attributes:
        cells: of the flight.
        basis: (C, K) in which the gain is linear.
        depression_rad: (C,) angle of the source below the horizontal.
        values_db: (C,) RSS + 20 log10 of the distance, which the gain has to explain.
    """

    cells: FlightCells
    basis: FloatArray
    depression_rad: FloatArray
    values_db: FloatArray


@dataclass(frozen=True)
class _Spreads:
    """The numbers that the search varies.

    Attributes:
        gain_db: spread of a flight's own gain about the profile, at a node.
        azimuth_db: the same of each azimuth term.
        residual: shadowing.
    """

    gain_db: float
    azimuth_db: float
    residual: Residual

    @classmethod
    def of(cls, logarithms: FloatArray, scale_spread: float) -> _Spreads:
        """From natural logarithms, in the order of `_EXPECTED`; the odds by place come last."""
        gain, azimuth, low, middle, high, distance_m, uncorrelated, *odds = np.exp(
            logarithms
        ).tolist()
        residual = Residual(
            depression_edges_deg=RESIDUAL_EDGES_DEG,
            std_db=(low, middle, high),
            correlation_distance_m=distance_m,
            place_share=odds[0] / (1.0 + odds[0]) if odds else 0.0,
            uncorrelated=uncorrelated,
            scale_spread=scale_spread,
        )
        return cls(gain, azimuth, residual)


def fit_field(
    flights: Sequence[CalibrationFlight],
    cells: Sequence[FlightCells],
    source_height_m: float,
    settings: CalibrationSettings,
) -> FieldFit:
    """Fit gain profile, levels and shadowing to the cells of flights over known sources.

    The degrees of freedom of the innovations are fitted last, to the whitened residuals of all
    cells.

    Args:
        flights, cells: F flights and the cells of each.
        source_height_m: height of the source antenna above the ground.
        settings: nodes of the profile and the priors.

    Raises:
        CalibrationError: the flights hold fewer than 30 cells together.

    See also: `rfsl.propagation.gain.GainProfile`, `rfsl.propagation.shadowing.Residual`.
    """
    count = sum(item.rss_db.size for item in cells)
    if count < _MINIMUM_CELLS:
        raise CalibrationError(
            f"calibration: {', '.join(item.trial for item in flights)} hold only {count} cells of "
            f"{settings.cell_m:g} m with a locked receiver; {_MINIMUM_CELLS} are needed. Add "
            "flights to calibration.trials"
        )
    terms = [
        _terms(item, np.array([[*flight.source_xy_m, source_height_m]]), settings)
        for flight, item in zip(flights, cells, strict=True)
    ]
    by_place = (_EXPECTED_ODDS,) if settings.shadowing == "path_and_place" else ()
    expected = np.log((*_EXPECTED, *by_place))

    def cost(logarithms: FloatArray) -> float:
        surprise = np.square((logarithms - expected) / _PRIOR_LOG_STD).sum()
        spreads = _Spreads.of(logarithms, settings.scale_spread)
        return float(0.5 * surprise - _Solution.of(terms, spreads, settings).log_likelihood)

    # ftol is relative: of a cost of some thousands, it is a hundredth of a unit of log-likelihood.
    bounds = [(middle - np.log(_RANGE), middle + np.log(_RANGE)) for middle in expected]
    found = minimize(
        cost, expected, method="L-BFGS-B", bounds=bounds, options={"ftol": 3e-6, "maxiter": 25}
    )
    spreads = _Spreads.of(found.x, settings.scale_spread)
    solution = _Solution.of(terms, spreads, settings)
    nodes = len(settings.depression_nodes_deg)
    mean, covariance = solution.mean_db, solution.covariance_db2
    gain, azimuth = mean[:nodes].tolist(), mean[nodes:].tolist()
    further = covariance + _coefficients_db2(spreads.gain_db, spreads.azimuth_db, settings)
    profile = GainProfile(
        depression_deg=tuple(settings.depression_nodes_deg),
        gain_db=tuple(gain),
        gain_std_db=tuple(np.sqrt(np.diagonal(covariance)[:nodes]).tolist()),
        low_db=tuple(azimuth[:4]),
        high_db=tuple(azimuth[4:]),
        covariance_db2=tuple(map(tuple, further.tolist())),
    )
    freedom, *_ = student_t.fit(solution.innovations, floc=0.0)
    tail = float(np.clip(freedom, *_FREEDOM_BOUNDS))
    residual = spreads.residual.model_copy(update={"tail_freedom": tail})
    return FieldFit(profile, residual, solution.offset_db)


def _terms(cells: FlightCells, source_m: FloatArray, settings: CalibrationSettings) -> _Terms:
    """The cells of a flight over a source (1, 3), without the spreading over the distance."""
    geometry = link_geometry(cells.position_m, source_m)
    _, azimuth_rad = geometry.direct_in_body(body_rotation(cells.attitude_rad))
    depression_rad = geometry.depression_rad
    basis = gain_basis(settings.depression_nodes_deg, depression_rad, azimuth_rad)
    values_db = cells.rss_db + 20.0 * np.log10(geometry.direct_m[0])
    return _Terms(cells, basis[0], depression_rad[0], values_db)


def _coefficients_db2(
    gain_db: float, azimuth_db: float, settings: CalibrationSettings
) -> FloatArray:
    return smooth_covariance_db2(
        settings.depression_nodes_deg, gain_db, azimuth_db, settings.gain_smoothness_deg
    )


@dataclass(frozen=True)
class _Solution:
    """Everything that follows in closed form from the spreads.

    Attributes:
        log_likelihood: marginal log-likelihood of all cells.
        mean_db, covariance_db2: posterior mean (K,) and covariance (K, K) of the profile's
            coefficients.
        offset_db: (F,) levels of the flights, given that profile.
        innovations: (sum of C,) whitened residuals of all cells.
    """

    log_likelihood: float
    mean_db: FloatArray
    covariance_db2: FloatArray
    offset_db: FloatArray
    innovations: FloatArray

    @classmethod
    def of(
        cls, terms: Sequence[_Terms], spreads: _Spreads, settings: CalibrationSettings
    ) -> _Solution:
        """Solve for the profile's coefficients, which are Gaussian for given spreads.

            precision = P⁻¹ + Σ Hᵀ C⁻¹ H,  mean = m + precision⁻¹ Σ Hᵀ C⁻¹ (y − H m)

        m and P are the prior mean and covariance of the coefficients. H is a flight's basis, y its
        values, and C its covariance about the profile, with the level. Sums are over the flights.
        """
        prior_db2 = _coefficients_db2(settings.prior_gain_db, settings.prior_azimuth_db, settings)
        own_db2 = _coefficients_db2(spreads.gain_db, spreads.azimuth_db, settings)
        # The prior's mean is the median of the cells at every node, zero for the azimuth terms.
        level_db = float(np.median(np.concatenate([term.values_db for term in terms])))
        middle = np.where(np.arange(len(prior_db2)) < len(prior_db2) - 6, level_db, 0.0)
        precision = np.linalg.inv(prior_db2)
        pulled = np.zeros(len(prior_db2))
        value = -0.5 * np.linalg.slogdet(prior_db2)[1]
        factors = []
        for term in terms:
            covariance = _covariance_db2(term, spreads, own_db2)
            covariance += settings.prior_offset_db**2
            factor = cho_factor(covariance, lower=True)
            miss_db = term.values_db - term.basis @ middle
            weighted = cho_solve(factor, np.column_stack([term.basis, miss_db]))
            precision += term.basis.T @ weighted[:, :-1]
            pulled += term.basis.T @ weighted[:, -1]
            value -= 0.5 * miss_db @ weighted[:, -1] + np.log(np.diag(factor[0])).sum()
            factors.append(factor)
        root = cho_factor(precision, lower=True)
        shift = cho_solve(root, pulled)
        value += 0.5 * pulled @ shift - np.log(np.diag(root[0])).sum()
        mean_db = middle + shift
        offsets, innovations = [], []
        for term, factor in zip(terms, factors, strict=True):
            miss_db = term.values_db - term.basis @ mean_db
            offsets.append(settings.prior_offset_db**2 * cho_solve(factor, miss_db).sum())
            innovations.append(np.linalg.solve(np.tril(factor[0]), miss_db))
        return cls(
            float(value),
            mean_db,
            cho_solve(root, np.eye(len(prior_db2))),
            np.array(offsets),
            np.concatenate(innovations),
        )


def _covariance_db2(term: _Terms, spreads: _Spreads, own_db2: FloatArray) -> FloatArray:
    """Covariance (C, C) of a flight's cells, given the profile and the flight's level."""
    spread_db = spreads.residual.spread_db(term.depression_rad)
    shadowing = np.outer(spread_db, spread_db) * unit_covariance(
        term.cells.position_m, term.cells.travelled_m, spreads.residual
    )
    return np.asarray(term.basis @ own_db2 @ term.basis.T + shadowing)
