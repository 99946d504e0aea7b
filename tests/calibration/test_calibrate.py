"""Calibration: what a known field was made of is found again, whatever the flights' offsets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from support.flights import TRUTH, calibrated, calibration_flight, model_of

from rfsl.calibration.links import CalibrationFlight, links_of
from rfsl.config.config import Config
from rfsl.errors import CalibrationError, DataError
from rfsl.evaluation.tables.calibration import calibration_rows
from rfsl.io.records import write_json
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.spec import PropagationModel

CONFIG = Config()


def behind_legs(beta: float) -> PropagationModel:
    return model_of("enhanced_two_ray", beta)


def test_finds_the_leg_loss_whatever_the_offsets() -> None:
    legs = calibrated(
        calibration_flight(behind_legs(0.35), 12.0, 1),
        calibration_flight(behind_legs(0.35), -30.0, 2),
    ).legs
    assert legs.fitted_beta == pytest.approx(0.35, abs=1e-6)
    assert legs.beta == legs.fitted_beta
    assert (legs.beta_low, legs.beta_high) == pytest.approx((0.35, 0.35), abs=1e-6)
    assert legs.residual_std_db == pytest.approx(0.0, abs=1e-5)
    assert legs.shadowing_loss_db == pytest.approx(
        3.5 * np.log10(legs.mean_shadowed_distance_m), abs=1e-5
    )
    assert legs.interval_db[0] == pytest.approx(legs.shadowing_loss_db)


def test_interval_of_the_leg_loss_holds_the_truth() -> None:
    flights = [
        calibration_flight(behind_legs(0.35), 5.0 * seed, seed, 1.0, 6.0) for seed in range(4)
    ]
    legs = calibrated(*flights).legs
    assert legs.beta_low < 0.35 < legs.beta_high
    assert 0.02 < legs.beta_high - legs.beta_low < 0.8


def test_a_gain_behind_a_leg_is_not_simulated() -> None:
    legs = calibrated(calibration_flight(model_of("enhanced_two_ray", -0.2), 0.0, 1)).legs
    assert legs.fitted_beta == pytest.approx(-0.2, abs=1e-6)
    assert legs.beta == 0.0
    assert legs.shadowing_loss_db == 0.0


def test_finds_the_gain_profile() -> None:
    offsets_db = (4.0, -6.0, 2.0, 0.0)
    flights = [
        calibration_flight(Calibrated(TRUTH), o, s, 1.0, 4.0) for s, o in enumerate(offsets_db)
    ]
    result = calibrated(*flights)
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
    flights = [calibration_flight(Calibrated(TRUTH), 0.0, seed, 0.5, 7.0) for seed in range(6)]
    residual = calibrated(*flights).residual
    assert residual.std_db[0] == pytest.approx(7.0, abs=1.5)
    # Means over cells of 10 m stay alike for longer than the shadowing itself.
    assert 18.0 < residual.correlation_distance_m < 38.0
    assert residual.place_share == 0.0
    both = calibrated(*flights, shadowing="path_and_place").residual
    assert 0.0 < both.place_share < 0.4


def test_finds_shadowing_that_is_met_again() -> None:
    """A lawnmower with lanes 15 m apart, and shadowing of 20 m that belongs to the place alone."""
    flights = []
    for seed in range(3):
        item = calibration_flight(Calibrated(TRUTH), 0.0, seed, 0.5)
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
    assert calibrated(*flights, shadowing="path_and_place").residual.place_share > 0.7


def test_finds_the_receivers_floor_and_acquisition() -> None:
    # Of one flight's azimuth terms nobody can tell which are its own, so there are none.
    plain = TRUTH.model_copy(update={"low_db": (0.0,) * 4, "high_db": (0.0,) * 2})
    item = calibration_flight(Calibrated(plain), 0.0, 1)
    links = links_of(item, 5.0, CONFIG.flights)
    predicted = plain(links.depression_rad, links.azimuth_rad) - 20 * np.log10(links.distance_m)
    found = np.logical_or.accumulate(predicted >= -5.0)
    flight = replace(
        item.flight,
        rss_db=np.where(found, predicted, -40.0),
        quality_db=np.where(found, 72.0, 42.0),
    )
    tracking = calibrated(CalibrationFlight("one", flight, item.source_xy_m)).tracking
    assert tracking.acquisition_db - tracking.floor_db == pytest.approx(35.0, abs=3.0)
    assert tracking.floor_std_db == pytest.approx(0.0, abs=1e-6)
    assert tracking.floor_db < tracking.release_db < tracking.acquisition_db


def test_no_flight() -> None:
    with pytest.raises(CalibrationError, match="no calibration trial is at another location"):
        calibrated()


def test_nothing_behind_a_leg() -> None:
    item = calibration_flight(behind_legs(0.3), 0.0, 1)
    overhead = item.flight.samples(
        np.linalg.norm(item.flight.position_m[:, :2] - item.source_xy_m, axis=1) < 60.0
    )
    with pytest.raises(CalibrationError, match="no locked sample has the source behind a leg"):
        calibrated(CalibrationFlight("near", overhead, item.source_xy_m))


def test_never_locked() -> None:
    item = calibration_flight(behind_legs(0.3), 0.0, 1)
    idle = replace(item.flight, quality_db=np.full(6000, 42.0))
    with pytest.raises(CalibrationError, match="no locked sample"):
        calibrated(CalibrationFlight("idle", idle, item.source_xy_m))


def test_file_round_trip(tmp_path: Path) -> None:
    result = calibrated(calibration_flight(Calibrated(TRUTH), 0.0, 1))
    write_json(result.model_dump(), tmp_path / "c.json")
    assert read_calibration(tmp_path / "c.json") == result
    assert read_calibration(None) is None
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(DataError, match=r"c\.json: not a calibration"):
        read_calibration(tmp_path / "c.json")
    table = calibration_rows([result])
    assert len(table) == 1
    assert not table.isna().any(axis=None)
