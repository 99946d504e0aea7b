"""Quality logs whose clock is wrong are put right, and no others are touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.flights.quality_clock import Clock, quality_clock
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

TIME_S = np.arange(0.0, 600.0, 0.1)


def log(rate: float, offset_s: float, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Power that is its floor without lock; quality by a wrong clock; the true quality."""
    rng = np.random.default_rng(seed)
    changes_s = np.sort(rng.uniform(30.0, 800.0, 30))

    def locked(time_s: FloatArray) -> FloatArray:
        return np.searchsorted(changes_s, time_s) % 2 == 1

    power_db = np.where(locked(TIME_S), 5.0 * np.sin(TIME_S / 40.0), -30.0)
    power_db += 3.0 * rng.standard_normal(TIME_S.size)
    logged = np.where(locked((TIME_S - offset_s) / rate), 72.0, 42.0)
    return power_db, logged, np.where(locked(TIME_S), 72.0, 42.0)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.9, 1.15), st.floats(-20.0, 20.0), st.integers(0, 99))
def test_a_wrong_clock_is_found(rate: float, offset_s: float, seed: int) -> None:
    power_db, logged, true = log(rate, offset_s, seed)
    clock = quality_clock(TIME_S, power_db, logged, 57.0)
    wrong_before = np.mean(logged != true)
    aligned = clock.quality_at(TIME_S, logged)
    known = np.isfinite(aligned)
    wrong_after = np.mean(aligned[known] != true[known])
    if clock.right:  # too small a fault to be told
        assert wrong_before < 0.15
    else:
        assert clock.rate == pytest.approx(rate, abs=0.02)
        assert clock.offset_s == pytest.approx(offset_s, abs=5.0)
        assert wrong_after < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_a_right_clock_is_left_alone(seed: int) -> None:
    power_db, logged, _ = log(1.0, 0.0, seed)
    assert quality_clock(TIME_S, power_db, logged, 57.0).right
    noise = np.random.default_rng(seed).standard_normal(TIME_S.size)
    assert quality_clock(TIME_S, noise, logged, 57.0).right
    assert quality_clock(TIME_S, power_db, np.full(TIME_S.size, 72.0), 57.0).right
    assert quality_clock(TIME_S, power_db, np.full(TIME_S.size, np.nan), 57.0).right


def test_the_nearest_quality_is_taken() -> None:
    quality_db = np.arange(TIME_S.size, dtype=float)
    np.testing.assert_array_equal(Clock(0.0).quality_at(TIME_S, quality_db), quality_db)
    aligned = Clock(0.0, rate=2.0, offset_s=1.0).quality_at(TIME_S, quality_db)
    assert aligned[100] == pytest.approx(10.0 + 200.0)
    assert np.isnan(aligned[TIME_S > 300.0]).all()


@pytest.mark.afar
@pytest.mark.parametrize(("flight", "wrong"), [("288", False), ("300", True), ("309", False)])
def test_of_the_real_flights_only_those_of_300_have_a_wrong_clock(
    flight: str, wrong: bool, afar_folder: Path, frame: LocalFrame
) -> None:
    for path in sorted((afar_folder / "flights").glob(f"*_{flight}_loc_*.mat")):
        notes = "".join(read_log(path, frame, FlightSettings()).notes)
        assert ("quality corrected in time: logged at 1.1" in notes) == wrong, path
