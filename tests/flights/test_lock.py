"""Acquisition and lock, from power and quality."""

from __future__ import annotations

import numpy as np
from support.flights import flight_of

from rfsl.config.flights import FlightSettings
from rfsl.flights.flight import Flight
from rfsl.flights.lock import acquired_by_power, held_samples, tracked_samples

SETTINGS = FlightSettings()


def flight(rss_db: np.ndarray, quality_db: np.ndarray | float = 72.0) -> Flight:
    return flight_of(np.zeros((rss_db.size, 3)), rss_db, quality_db, interval_s=0.03)


def logged(level_db: float = 0.0) -> np.ndarray:
    """Floor for 60 s, acquired at 60 s, then tracked down to 5 dB above the floor."""
    rng = np.random.default_rng(0)
    rss_db = np.full(6000, -40.0)
    rss_db[2000:3000] = 10.0
    rss_db[3000:] = -35.0
    return level_db + rss_db + rng.standard_normal(6000)


def test_nothing_counts_before_the_signal_was_strong() -> None:
    for level_db in (0.0, 55.0):
        acquired = acquired_by_power(flight(logged(level_db)), SETTINGS)
        assert abs(np.argmax(acquired) - 2000) <= 67  # two seconds
        assert acquired[np.argmax(acquired) :].all()


def test_a_single_strong_sample_is_not_the_signal() -> None:
    rss_db = logged()
    rss_db[500] = 30.0
    assert np.argmax(acquired_by_power(flight(rss_db), SETTINGS)) > 1900


def test_held_needs_both() -> None:
    quality_db = np.full(6000, 72.0)
    quality_db[4000:4500] = 42.0
    held = held_samples(flight(logged(), quality_db), SETTINGS)
    assert not held[:1900].any()
    assert held[2100:4000].all()
    assert not held[4000:4500].any()
    assert held[4500:].all()


def test_a_log_without_quality_goes_by_power() -> None:
    unknown = flight(logged(), float("nan"))
    np.testing.assert_array_equal(
        held_samples(unknown, SETTINGS), acquired_by_power(unknown, SETTINGS)
    )


def test_a_weak_signal_is_held_only_after_a_strong_one() -> None:
    power = np.array([3, 8, 12, 8, 3, 1, -1, 3, 8, 11, 0.5])
    expected = [False, False, True, True, True, True, False, True, True, True, True]
    np.testing.assert_array_equal(tracked_samples(power, 10.0, 0.0), expected)
    assert not tracked_samples(np.zeros(5), 10.0, 0.0).any()
