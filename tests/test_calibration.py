"""Calibration: what a known field was made of is found again, whatever the flights' offsets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from rfsl.calibration.calibrate import calibrate
from rfsl.calibration.links import CalibrationFlight, links_of
from rfsl.config.config import Config
from rfsl.errors import CalibrationError, DataError
from rfsl.evaluation.tables.calibration import calibration_rows
from rfsl.flights.flight import Flight
from rfsl.io.records import write_json
from rfsl.propagation.calibration_file import Calibration, read_calibration
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.models import MODELS
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.spec import PropagationModel
from rfsl.simulation.receiver import correlated_shadowing_db

CONFIG = Config()
TRUTH = GainProfile(
    depression_deg=(5.0, 10.0, 20.0, 30.0, 50.0, 75.0),
    gain_db=(38.0, 40.0, 46.0, 53.0, 56.0, 45.0),
    gain_std_db=(0.0,) * 6,
    low_db=(0.0, 2.0, -5.0, 0.0),
    high_db=(4.0, 0.0),
    covariance_db2=(),
)


def leg_model(beta: float) -> PropagationModel:
    legs = CONFIG.propagation.legs.model_copy(update={"beta": beta})
    settings = CONFIG.propagation.model_copy(update={"legs": legs})
    return MODELS["enhanced_two_ray"].build(CONFIG.scenario, settings, None)


def flown(
    model: PropagationModel,
    offset_db: float,
    seed: int,
    noise_db: float = 0.0,
    shadow_db: float = 0.0,
) -> CalibrationFlight:
    """A lawnmower flight of ten minutes; every seventh sample is unlocked."""
    rng = np.random.default_rng(seed)
    samples = 6000
    time_s = np.arange(samples) / 10.0
    source_m = (150.0 + 10 * seed, 200.0 - 20 * seed)
    phase = 12 * time_s / 600.0
    x_m = -100.0 + 380.0 * np.abs(phase % 2 - 1)
    y_m = -100.0 + 380.0 * time_s / 600.0
    position_m = np.column_stack([x_m, y_m, np.full(samples, 30.0 + 3 * seed)])
    attitude_rad = rng.uniform(-0.1, 0.1, (samples, 3))
    attitude_rad[:, 2] += 1.5 * seed
    power = model(position_m, attitude_rad, np.array([[*source_m, 5.0]]))[0]
    travelled_m = np.r_[0, np.cumsum(np.linalg.norm(np.diff(position_m, axis=0), axis=1))]
    power += correlated_shadowing_db(travelled_m, shadow_db, 20.0, rng)
    power += offset_db + noise_db * rng.standard_normal(samples)
    quality_db = np.full(samples, 72.0)
    quality_db[::7] = 42.0
    power[::7] = -50.0 + offset_db
    flight = Flight(time_s, position_m, attitude_rad, power, quality_db)
    return CalibrationFlight(f"trial_{seed}", flight, source_m)


def run(*flights: CalibrationFlight, **changes: str) -> Calibration:
    settings = CONFIG.calibration.model_copy(update={"bootstrap_samples": 40} | changes)
    return calibrate(
        "left_out", flights, CONFIG.scenario, CONFIG.propagation, settings, CONFIG.flights, 1
    )


def test_finds_the_leg_loss_whatever_the_offsets() -> None:
    legs = run(flown(leg_model(0.35), 12.0, 1), flown(leg_model(0.35), -30.0, 2)).legs
    assert legs.fitted_beta == pytest.approx(0.35, abs=1e-6)
    assert legs.beta == legs.fitted_beta
    assert (legs.beta_low, legs.beta_high) == pytest.approx((0.35, 0.35), abs=1e-6)
    assert legs.residual_std_db == pytest.approx(0.0, abs=1e-5)
    assert legs.shadowing_loss_db == pytest.approx(
        3.5 * np.log10(legs.mean_shadowed_distance_m), abs=1e-5
    )
    assert legs.interval_db[0] == pytest.approx(legs.shadowing_loss_db)


def test_interval_of_the_leg_loss_holds_the_truth() -> None:
    flights = [flown(leg_model(0.35), 5.0 * seed, seed, 1.0, 6.0) for seed in range(4)]
    legs = run(*flights).legs
    assert legs.beta_low < 0.35 < legs.beta_high
    assert 0.02 < legs.beta_high - legs.beta_low < 0.8


def test_a_gain_behind_a_leg_is_not_simulated() -> None:
    legs = run(flown(leg_model(-0.2), 0.0, 1)).legs
    assert legs.fitted_beta == pytest.approx(-0.2, abs=1e-6)
    assert legs.beta == 0.0
    assert legs.shadowing_loss_db == 0.0


def test_finds_the_gain_profile() -> None:
    offsets_db = (4.0, -6.0, 2.0, 0.0)
    flights = [flown(Calibrated(TRUTH), o, s, 1.0, 4.0) for s, o in enumerate(offsets_db)]
    result = run(*flights)
    angles = np.radians(np.linspace(12.0, 65.0, 20))
    for azimuth_deg in (0.0, 90.0, 200.0):
        azimuth = np.full(20, np.radians(azimuth_deg))
        found, true = result.profile(angles, azimuth), TRUTH(angles, azimuth)
        # The level is shared between curve and offsets, so shapes are compared.
        np.testing.assert_allclose(found - found.mean(), true - true.mean(), atol=2.0)
    offsets = np.array(list(result.offset_db.values()))
    np.testing.assert_allclose(offsets - offsets.mean(), offsets_db, atol=1.5)
    assert max(result.residual.std_db) < 6.0


def test_finds_spread_and_correlation_of_the_shadowing() -> None:
    flights = [flown(Calibrated(TRUTH), 0.0, seed, 0.5, 7.0) for seed in range(6)]
    residual = run(*flights).residual
    assert residual.std_db[0] == pytest.approx(7.0, abs=1.5)
    # Means over cells of 10 m stay alike for longer than the shadowing itself.
    assert 18.0 < residual.correlation_distance_m < 38.0
    assert residual.place_share == 0.0
    both = run(*flights, shadowing="path_and_place").residual
    assert 0.0 < both.place_share < 0.4


def test_finds_shadowing_that_is_met_again() -> None:
    """A lawnmower with lanes 15 m apart, and shadowing of 20 m that belongs to the place alone."""
    flights = []
    for seed in range(3):
        item = flown(Calibrated(TRUTH), 0.0, seed, 0.5)
        xy_m = item.flight.position_m[:, :2] * [1.0, 0.5]
        position_m = np.column_stack([xy_m, item.flight.position_m[:, 2]])
        source_m = np.array([[*item.source_xy_m, 5.0]])
        power_db = Calibrated(TRUTH)(position_m, item.flight.attitude_rad, source_m)[0]
        coarse_m = xy_m[::20]  # 15 m
        covariance = np.exp(-cdist(coarse_m, coarse_m) / 20.0)
        root = np.linalg.cholesky(covariance + 1e-6 * np.eye(len(coarse_m)))
        shadow_db = 7.0 * root @ np.random.default_rng(seed).standard_normal(len(coarse_m))
        power_db += np.interp(np.arange(len(xy_m)), np.arange(0, len(xy_m), 20), shadow_db)
        locked = item.flight.quality_db > 57.0
        power_db[~locked] = -50.0
        flight = replace(item.flight, position_m=position_m, rss_db=power_db)
        flights.append(replace(item, flight=flight))
    assert run(*flights, shadowing="path_and_place").residual.place_share > 0.7


def test_finds_the_receivers_floor_and_acquisition() -> None:
    # Of one flight's azimuth terms nobody can tell which are its own, so there are none.
    plain = TRUTH.model_copy(update={"low_db": (0.0,) * 4, "high_db": (0.0,) * 2})
    item = flown(Calibrated(plain), 0.0, 1)
    links = links_of(item, 5.0, CONFIG.flights)
    predicted = plain(links.depression_rad, links.azimuth_rad) - 20 * np.log10(links.distance_m)
    found = np.logical_or.accumulate(predicted >= -5.0)
    flight = replace(
        item.flight,
        rss_db=np.where(found, predicted, -40.0),
        quality_db=np.where(found, 72.0, 42.0),
    )
    tracking = run(CalibrationFlight("one", flight, item.source_xy_m)).tracking
    assert tracking.acquisition_db - tracking.floor_db == pytest.approx(35.0, abs=3.0)
    assert tracking.floor_std_db == pytest.approx(0.0, abs=1e-6)
    assert tracking.floor_db < tracking.release_db < tracking.acquisition_db


def test_no_flight() -> None:
    with pytest.raises(CalibrationError, match="no calibration trial is at another location"):
        run()


def test_nothing_behind_a_leg() -> None:
    item = flown(leg_model(0.3), 0.0, 1)
    overhead = item.flight.samples(
        np.linalg.norm(item.flight.position_m[:, :2] - item.source_xy_m, axis=1) < 60.0
    )
    with pytest.raises(CalibrationError, match="no locked sample has the source behind a leg"):
        run(CalibrationFlight("near", overhead, item.source_xy_m))


def test_never_locked() -> None:
    item = flown(leg_model(0.3), 0.0, 1)
    idle = replace(item.flight, quality_db=np.full(6000, 42.0))
    with pytest.raises(CalibrationError, match="no locked sample"):
        run(CalibrationFlight("idle", idle, item.source_xy_m))


def test_file_round_trip(tmp_path: Path) -> None:
    result = run(flown(Calibrated(TRUTH), 0.0, 1))
    write_json(result.model_dump(), tmp_path / "c.json")
    assert read_calibration(tmp_path / "c.json") == result
    assert read_calibration(None) is None
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(DataError, match=r"c\.json: not a calibration"):
        read_calibration(tmp_path / "c.json")
    table = calibration_rows([result])
    assert len(table) == 1
    assert not table.isna().any(axis=None)
