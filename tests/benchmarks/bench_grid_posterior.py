"""Posterior of a ten-minute flight over the source area, beside a loop over its grid points.

The loop takes one candidate at a time, with NumPy over all cells and a linear solve by scipy. It
follows the same likelihoods, and is timed on every twentieth point.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pytest
import scipy.linalg
from ratios import Row, Timed
from scipy.special import log_ndtr, logsumexp

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.calibration import GainShapeSettings
from rfsl.config.config import Config
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import spiral
from rfsl.localizers.bagging import flight_parts, whole_flight
from rfsl.localizers.likelihood import UNKNOWN_LEVEL_DB, CellLikelihood
from rfsl.localizers.methods.grid_likelihood import GridLikelihood
from rfsl.localizers.methods.kriging import kriging_scorer
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Surroundings
from rfsl.propagation.models import MODELS
from rfsl.propagation.shadowing import cell_terms
from rfsl.propagation.spec import PropagationModel

CONFIG = Config()
FRAME = LocalFrame.of(CONFIG.scenario)
AREA = Box.of(CONFIG.scenario.source_area, FRAME)
EVERY = 20
SOURCE_XY_M = (60.0, 210.0)
#: Doubt about the gain below which `CellLikelihood` leaves a direction out.
NEGLIGIBLE_DB = 0.3


def known() -> Surroundings:
    model = MODELS["free_space"].build(CONFIG.scenario, CONFIG.propagation, None)
    height_m = CONFIG.scenario.source_height_m
    return Surroundings(
        AREA,
        height_m,
        CONFIG.localizers,
        CONFIG.flights,
        model,
        gain_shape=GainShapeSettings(),
    )


def flight(model: PropagationModel) -> Flight:
    """Over the paper's spiral, in correlated shadowing; no lock in its first minute."""
    box = Box.of(CONFIG.scenario.flight_area, FRAME)
    flown = spiral(CONFIG.spiral, box, AREA)
    rng = np.random.default_rng(5)
    attitude_rad = np.zeros_like(flown.position_m)
    source_m = np.array([[*SOURCE_XY_M, CONFIG.scenario.source_height_m]])
    power_db = model(flown.position_m, attitude_rad, source_m)[0]
    places = np.arange(0.0, flown.travelled_m[-1] + 20.0, 20.0)
    shadow_db = np.interp(flown.travelled_m, places, 5.0 * rng.standard_normal(places.size))
    quality_db = np.where(flown.time_s < 60.0, 42.0, 72.0)
    return Flight(
        flown.time_s, flown.position_m, attitude_rad, power_db + shadow_db + 7.0, quality_db
    )


@dataclass(frozen=True)
class PlainKriging:
    """The likelihood of `CellLikelihood`, for one source position at a time."""

    cells: FlightCells
    acquired_db: float
    model: PropagationModel
    likelihood: CellLikelihood

    @cached_property
    def factor(self) -> FloatArray:
        """Cholesky factor of the shadowing's covariance, in units of its spread."""
        travelled_m, residual = self.cells.travelled_m, self.likelihood.residual
        apart_m = np.abs(travelled_m[:, None] - travelled_m)
        covariance = np.exp(-apart_m / residual.correlation_distance_m)
        covariance += residual.uncorrelated**2 * np.eye(len(apart_m))
        return scipy.linalg.cholesky(covariance, lower=True)

    @cached_property
    def gain_root_db(self) -> FloatArray:
        values, vectors = np.linalg.eigh(np.array(self.likelihood.profile.covariance_db2))
        kept = values > NEGLIGIBLE_DB**2
        return vectors[:, kept] * np.sqrt(values[kept])

    def __call__(self, source_m: FloatArray) -> float:
        cells, model, residual = self.cells, self.model, self.likelihood.residual
        own = residual.uncorrelated**2
        free_db, spread_db = self.terms(cells.position_m, cells.attitude_rad, source_m)
        miss_db = cells.rss_db - model(cells.position_m, cells.attitude_rad, source_m[None])[0]
        miss = scipy.linalg.solve_triangular(self.factor, miss_db / spread_db, lower=True)
        free = scipy.linalg.solve_triangular(self.factor, free_db / spread_db[:, None], lower=True)
        nodes, shares = np.polynomial.hermite_e.hermegauss(3)
        freedom, weight = residual.tail_freedom, np.ones(len(miss))
        parts, fits = [], []
        for number, (node, share) in enumerate(zip(nodes, shares / shares.sum(), strict=True)):
            scale = np.exp(residual.scale_spread * node) * np.sqrt((freedom - 2.0) / freedom)
            for _ in range(3 if number == 0 else 1):
                weighted = free.T * (weight / scale**2)
                precision = np.eye(free.shape[1]) + weighted @ free
                coefficients = scipy.linalg.solve(precision, weighted @ miss, assume_a="pos")
                left = (miss - free @ coefficients) / scale
                weight = (freedom + 1.0) / (freedom + left**2)
            value = -0.5 * (freedom + 1.0) * np.log1p(left**2 / freedom).sum()
            value -= len(miss) * np.log(scale) + 0.5 * coefficients @ coefficients
            value -= 0.5 * np.linalg.slogdet(precision)[1]
            parts.append(value + np.log(share))
            fits.append((coefficients, precision))
        total = float(logsumexp(parts)) - np.log(spread_db).sum()
        position_m, attitude_rad = cells.quiet_position_m, cells.quiet_attitude_rad
        if len(position_m) == 0:
            return total
        coefficients, precision = fits[1]
        free_db, spread_db = self.terms(position_m, attitude_rad, source_m)
        expected_db = model(position_m, attitude_rad, source_m[None])[0] + free_db @ coefficients
        doubt_db2 = (free_db * scipy.linalg.solve(precision, free_db.T, assume_a="pos").T).sum(
            axis=1
        )
        margin = (self.acquired_db - expected_db) / np.sqrt(doubt_db2 + (1.0 + own) * spread_db**2)
        cell_m = np.diff(cells.travelled_m).min()
        alike = max(1.0, 2.0 * residual.correlation_distance_m / cell_m)
        return float(total + log_ndtr(margin).sum() / alike)

    def terms(
        self, position_m: FloatArray, attitude_rad: FloatArray, source_m: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Level and gain error (C, 1 + K) at one standard deviation each, and spread (C,)."""
        profile, residual = self.likelihood.profile, self.likelihood.residual
        basis, spread_db = cell_terms(position_m, attitude_rad, source_m[None], profile, residual)
        level = np.full(len(position_m), UNKNOWN_LEVEL_DB)
        return np.column_stack([level, basis[0] @ self.gain_root_db]), spread_db[0]


@dataclass(frozen=True)
class Setting:
    """A flight, a grid, and what scores it."""

    surroundings: Surroundings
    model: PropagationModel
    flown: Flight
    cells: FlightCells
    grid_m: FloatArray
    sources_m: FloatArray

    @property
    def about(self) -> str:
        return f"{len(self.grid_m)} points, {self.cells.rss_db.size} cells"


@pytest.fixture(scope="module")
def setting() -> Setting:
    surroundings = known()
    assert surroundings.model is not None
    flown = flight(surroundings.model)
    grid_m = AREA.grid(CONFIG.localizers.grid_m)
    return Setting(
        surroundings,
        surroundings.model,
        flown,
        surroundings.cells(flown),
        grid_m,
        surroundings.sources_m(grid_m),
    )


def kriging_loop(setting: Setting, likelihood: CellLikelihood, parts: BoolArray) -> FloatArray:
    """Log-likelihood (R, N) of every twentieth place for each part."""
    cells = setting.cells
    plain = [
        PlainKriging(cells.part(part), cells.acquired_db, setting.model, likelihood)
        for part in parts
    ]
    return np.array([[one(place) for place in setting.sources_m[::EVERY]] for one in plain])


def test_likelihood_of_kriging(setting: Setting, ratio_row: Callable[..., Row]) -> None:
    likelihood = kriging_scorer(setting.surroundings).likelihood
    whole = whole_flight(setting.cells.rss_db.size)
    ours = likelihood(setting.cells, setting.sources_m)
    (plain,) = kriging_loop(setting, likelihood, whole)
    np.testing.assert_allclose(ours[::EVERY], plain, rtol=1e-9, atol=1e-6)
    ratio_row(
        Timed(
            f"kriging's likelihood, {setting.about}",
            lambda: likelihood(setting.cells, setting.sources_m),
            len(setting.grid_m),
            time.process_time,
        ),
        Timed(
            "loop over the points",
            lambda: kriging_loop(setting, likelihood, whole),
            len(plain),
            time.process_time,
        ),
        unit="points/s",
        to_reach="20 times the reference",
        rounds=5,
    )


def test_posterior_of_kriging(setting: Setting, ratio_row: Callable[..., Row]) -> None:
    """Unlikely places are not refined; that moves the estimate by less than a quarter of a cell."""
    scorer = kriging_scorer(setting.surroundings)
    localizer = ScoredGrid(setting.surroundings, scorer, position_std_m=0.0)
    fine_m = CONFIG.localizers.grid_m
    parts = flight_parts(setting.cells.travelled_m, CONFIG.localizers.bagging)
    density = scorer.likelihood.of_parts(setting.cells, setting.sources_m, parts)
    areas_m2 = np.full(len(setting.grid_m), np.prod(AREA.grid_step(fine_m)))
    everywhere = Posterior.of(setting.grid_m, density, areas_m2)
    apart_m = np.linalg.norm(localizer(setting.flown).position_m - everywhere.median_m())
    assert apart_m < fine_m / 4
    ratio_row(
        Timed(
            "kriging, ten-minute flight", lambda: localizer(setting.flown), 1.0, time.process_time
        ),
        Timed(
            "loop over parts and points",
            lambda: kriging_loop(setting, scorer.likelihood, parts),
            len(setting.grid_m[::EVERY]) / len(setting.grid_m),
            time.process_time,
        ),
        unit="flights/s",
        to_reach="20 times the reference",
        rounds=5,
    )


def test_grid_likelihood(setting: Setting, ratio_row: Callable[..., Row]) -> None:
    localizer = GridLikelihood(setting.surroundings, setting.model)
    cells, model = setting.cells, setting.model

    def loop(step: int) -> FloatArray:
        sizes_db = []
        for place in setting.sources_m[::step]:
            miss_db = cells.rss_db - model(cells.position_m, cells.attitude_rad, place[None])[0]
            sizes_db.append(np.abs(miss_db - np.median(miss_db)).mean())
        return setting.grid_m[::step][np.argmin(sizes_db)]

    np.testing.assert_array_equal(localizer(setting.flown).position_m, loop(1))
    ratio_row(
        Timed(
            f"grid likelihood, {setting.about}",
            lambda: localizer(setting.flown),
            len(setting.grid_m),
            time.process_time,
        ),
        Timed(
            "loop over the points",
            lambda: loop(EVERY),
            len(setting.grid_m[::EVERY]),
            time.process_time,
        ),
        unit="points/s",
        to_reach="20 times the reference",
        rounds=5,
    )
