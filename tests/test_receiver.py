"""Receiver effects, and the field model of the synthetic trials."""

from __future__ import annotations

import numpy as np
import pytest

from rfsl.config import Config
from rfsl.embedded import embedded_flight
from rfsl.flights import Flight, lock_status
from rfsl.frames import Box, LocalFrame
from rfsl.propagation import build_propagation
from rfsl.receiver import correlated_shadowing_db, locked_samples
from rfsl.trajectories import spiral

CONFIG = Config()


def test_shadowing_spread_and_correlation() -> None:
    track_m = np.column_stack([np.arange(400_000) * 0.5, np.zeros(400_000)])
    shadow_db = correlated_shadowing_db(track_m, 6.0, 20.0, np.random.default_rng(0))
    assert shadow_db.std() == pytest.approx(6.0, rel=0.05)
    for lag_m in (10.0, 20.0, 40.0):
        lag = int(lag_m / 0.5)
        correlation = np.corrcoef(shadow_db[:-lag], shadow_db[lag:])[0, 1]
        assert correlation == pytest.approx(np.exp(-lag_m / 20.0), abs=0.05)


def test_hovering_sees_one_shadow() -> None:
    shadow_db = correlated_shadowing_db(np.zeros((50, 3)), 6.0, 20.0, np.random.default_rng(0))
    assert np.ptp(shadow_db) == 0.0


def test_lock_has_hysteresis() -> None:
    power = np.array([3, 8, 12, 8, 3, 1, -1, 3, 8, 11, 0.5])
    expected = [False, False, True, True, True, True, False, False, False, True, True]
    np.testing.assert_array_equal(locked_samples(power, 0.0, 10.0), expected)
    assert not locked_samples(np.zeros(5), 0.0, 10.0).any()


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
    model = build_propagation("enhanced_two_ray", CONFIG.scenario, CONFIG.propagation, 0.3)
    predicted = model(flight.position_m, flight.attitude_rad, np.array([[17.6, 194.0, 5.0]]))[0]
    residual_db = (flight.rss_db - predicted)[locked]
    assert 4.0 < residual_db.std() < 15.0
    assert abs(np.median(residual_db)) < 35.0
