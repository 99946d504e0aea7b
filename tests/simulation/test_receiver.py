"""Receiver effects, and the field model of the synthetic trials."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.config.simulation import ReceiverSettings, ShadowingSettings, TrackingSettings
from rfsl.flights.flight import Flight
from rfsl.flights.lock import lock_status
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import spiral
from rfsl.propagation.calibration_file import Tracking
from rfsl.propagation.models import MODELS
from rfsl.propagation.shadowing import Residual
from rfsl.simulation.field_model import embedded_flight
from rfsl.simulation.receiver import (
    Receiver,
    build_receiver,
    correlated_shadowing_db,
)

CONFIG = Config()


TRAVELLED_M = np.arange(400_000) * 0.5


def test_shadowing_spread_and_correlation() -> None:
    shadow_db = correlated_shadowing_db(TRAVELLED_M, 6.0, 20.0, np.random.default_rng(0))
    assert shadow_db.std() == pytest.approx(6.0, rel=0.05)
    for lag_m in (10.0, 20.0, 40.0):
        lag = int(lag_m / 0.5)
        correlation = np.corrcoef(shadow_db[:-lag], shadow_db[lag:])[0, 1]
        assert correlation == pytest.approx(np.exp(-lag_m / 20.0), abs=0.05)


def test_hovering_sees_one_shadow() -> None:
    shadow_db = correlated_shadowing_db(np.zeros(50), 6.0, 20.0, np.random.default_rng(0))
    assert np.ptp(shadow_db) == 0.0


def test_first_shadow_has_the_full_spread() -> None:
    first = [
        correlated_shadowing_db(np.zeros(2), 6.0, 20.0, np.random.default_rng(seed))[0]
        for seed in range(2000)
    ]
    assert np.std(first) == pytest.approx(6.0, rel=0.06)


PLAIN = Receiver(0.0, None, None, None, None, None)
POWER_DB = np.linspace(-40.0, 20.0, 1000)
TRACKING = Tracking(floor_db=-30.0, floor_std_db=2.0, acquisition_db=10.0, release_db=-25.0)
SHADOWING = Residual(
    depression_edges_deg=(0.0, 20.0, 90.0), std_db=(10.0, 0.0), correlation_distance_m=15.0
)


def log(receiver: Receiver, power_db: FloatArray = POWER_DB, seed: int = 3) -> FloatArray:
    samples = power_db.size
    depression = np.radians(np.linspace(0.0, 40.0, samples))
    travelled_m = np.arange(samples) * 0.5
    return receiver.log(power_db, travelled_m, depression, np.random.default_rng(seed)).rss_db


def test_everything_off_changes_nothing() -> None:
    np.testing.assert_array_equal(log(PLAIN), POWER_DB)


def test_parts_can_be_switched_alone() -> None:
    noisy = log(replace(PLAIN, noise_std_db=1.0)) - POWER_DB
    assert noisy.std() == pytest.approx(1.0, abs=0.1)
    moved = log(replace(PLAIN, noise_std_db=1.0, offset_range_db=10.0)) - POWER_DB - noisy
    assert np.ptp(moved) == pytest.approx(0.0, abs=1e-9)
    assert 0.0 < abs(moved[0]) <= 10.0
    shadow = log(replace(PLAIN, shadowing=SHADOWING)) - POWER_DB
    assert shadow[:480].std() > 3.0
    np.testing.assert_array_equal(shadow[520:], 0.0)  # no spread above 20 degrees
    coarse = log(replace(PLAIN, quantization_db=0.5))
    assert np.abs(coarse - POWER_DB).max() <= 0.25
    np.testing.assert_allclose(coarse * 2, np.round(coarse * 2))
    bursts = log(replace(PLAIN, burst_samples=4))
    np.testing.assert_array_equal(bursts.reshape(-1, 4), np.repeat(POWER_DB[::4], 4).reshape(-1, 4))


def test_unlocked_samples_read_the_floor_not_the_path() -> None:
    logged = log(replace(PLAIN, tracking=TRACKING))
    first = int(np.argmax(POWER_DB >= 10.0))
    np.testing.assert_array_equal(logged[first:], POWER_DB[first:])
    assert logged[:first].mean() == pytest.approx(-30.0, abs=0.3)
    assert logged[:first].std() == pytest.approx(2.0, abs=0.2)
    falling = log(replace(PLAIN, tracking=TRACKING), POWER_DB[::-1].copy())
    np.testing.assert_array_equal(falling[:700], POWER_DB[::-1][:700])
    assert falling[-200:].mean() == pytest.approx(-30.0, abs=0.5)


def test_calibrated_values_fill_what_is_left_open() -> None:
    settings = Config().receivers["field"]
    assert settings.calibrated_keys() == [
        "shadowing.std_db",
        "shadowing.distance_m",
        "tracking.floor_db",
        "tracking.floor_std_db",
        "tracking.acquisition_db",
        "tracking.release_db",
    ]
    assert Config().receivers["plain"].calibrated_keys() == []
    with pytest.raises(ValueError, match="there is no calibration"):
        build_receiver(settings, None)
    given = ReceiverSettings(
        shadowing=ShadowingSettings(std_db=4.0, distance_m=30.0),
        tracking=TrackingSettings(
            floor_db=-50.0, floor_std_db=1.0, acquisition_db=0.0, release_db=-40.0
        ),
    )
    receiver = build_receiver(given, None)
    assert receiver.shadowing is not None and receiver.shadowing.std_db == (4.0,)
    assert receiver.tracking is not None and receiver.tracking.release_db == -40.0
    assert log(receiver).shape == POWER_DB.shape


def fly(trial: str, seed: int = 1) -> Flight:
    frame = LocalFrame.of(CONFIG.scenario)
    areas = (Box.of(CONFIG.scenario.flight_area, frame), Box.of(CONFIG.scenario.source_area, frame))
    settings = CONFIG.spiral.model_copy(update={"sample_interval_s": 0.3})
    return embedded_flight(
        trial,
        spiral(settings, *areas),
        (17.6, 194.0, 5.0),
        seed=seed,
        scenario=CONFIG.scenario,
        field=CONFIG.embedded,
        legs=CONFIG.propagation.legs,
        flights=CONFIG.flights,
    )


def test_embedded_flight_is_reproducible() -> None:
    np.testing.assert_array_equal(fly("a").rss_db, fly("a").rss_db)
    assert not np.array_equal(fly("a").rss_db, fly("b").rss_db)
    assert not np.array_equal(fly("a").rss_db, fly("a", seed=2).rss_db)


def test_embedded_flight_is_like_a_real_one_and_unlike_the_simulator() -> None:
    flight = fly("a")
    assert lock_status(flight, CONFIG.flights)[0]
    locked = flight.quality_db > CONFIG.flights.lock_quality_db
    assert 0.3 < locked.mean() < 1.0
    assert flight.rss_db[~locked].max() < np.median(flight.rss_db[locked])
    model = MODELS["two_ray"].build(CONFIG.scenario, CONFIG.propagation, None)
    predicted = model(flight.position_m, flight.attitude_rad, np.array([[17.6, 194.0, 5.0]]))[0]
    residual_db = (flight.rss_db - predicted)[locked]
    assert 4.0 < residual_db.std() < 15.0
    assert abs(np.median(residual_db)) < 35.0
