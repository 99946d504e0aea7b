"""Powers that are no reading are left out; a strong signal is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.flights import flight_over

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.sentinels import sentinels, spikes

SETTINGS = Config().flights
UNKNOWN = np.full(600, np.nan)


def smooth(seed: int = 0) -> FloatArray:
    """Powers from -95 to -45 dB that change by little from one reading to the next."""
    rng = np.random.default_rng(seed)
    return -70.0 + 25.0 * np.sin(np.arange(600) / 40.0) + rng.uniform(-2.0, 2.0, 600)


@pytest.mark.parametrize("value", [0.0, 127.0, -999.0, -200.0, 999.0, -32768.0, 1e300])
@pytest.mark.parametrize("count", [1, 2, 150])
def test_a_sentinel_is_left_out_as_often_as_it_occurs(value: float, count: int) -> None:
    rss_db = smooth()
    at = np.random.default_rng(1).choice(600, count, replace=False)
    rss_db[at] = value
    found, (note,) = sentinels(rss_db)
    np.testing.assert_array_equal(np.flatnonzero(found), np.sort(at))
    readings = "1 reading" if count == 1 else f"{count} readings"
    assert note.startswith(f"{readings} of {value:g} dB, ") and note.endswith("others, left out")


def test_several_sentinels_are_told_apart() -> None:
    rss_db = smooth()
    rss_db[:5], rss_db[5:9], rss_db[9] = 0.0, 127.0, -999.0
    found, notes = sentinels(rss_db)
    assert found.sum() == 10 and len(notes) == 3
    assert notes[0].startswith("4 readings of 127 dB, 127 dB above")


@given(st.lists(st.integers(1, 25), min_size=3, max_size=40), st.integers(0, 2**16))
def test_levels_up_to_25_db_apart_hold_no_sentinel(steps_db: list[int], seed: int) -> None:
    """However rare a level is."""
    rng = np.random.default_rng(seed)
    levels_db = -110.0 + np.cumsum(steps_db)
    rss_db = rng.permutation(np.append(levels_db, rng.choice(levels_db, 300)))
    assert not sentinels(rss_db)[0].any()


def test_a_pass_close_to_the_source_is_kept() -> None:
    """Straight over the source, 12 m above it, at 10 m/s: readings each second, or every five."""
    for interval_s in (1.0, 5.0):
        along_m = 10.0 * interval_s * np.arange(-150, 150) + 1.0
        rss_db = -20.0 * np.log10(np.hypot(along_m, 12.0))
        assert not sentinels(rss_db)[0].any()
        assert not spikes(rss_db, np.full(300, np.nan))[0].any()


def test_spikes_are_left_out_unless_they_are_bursts() -> None:
    rss_db = smooth()
    rss_db[[100, 300]] = rss_db[[100, 300]] + [30.0, 45.0]
    found, (note,) = spikes(rss_db, UNKNOWN)
    assert np.flatnonzero(found).tolist() == [100, 300]
    assert note.startswith("2 readings far above the readings before and after, such as ")
    # A reading that has a quality is judged by it.
    assert not spikes(rss_db, np.full(600, 72.0))[0].any()
    # A source that sends now and then is heard in single readings.
    rss_db[10::20] += 30.0
    assert not spikes(rss_db, UNKNOWN)[0].any()
    # Two together are no spike, nor is a fade.
    rss_db = smooth()
    rss_db[200:202] += 30.0
    rss_db[400] -= 40.0
    assert not spikes(rss_db, UNKNOWN)[0].any()
    assert spikes(np.array([0.0, 90.0, 0.0]), np.full(3, np.nan))[1] == []


def test_one_wrong_reading_changes_nothing_else() -> None:
    """The flight is that without the reading, whatever its value and place."""
    clean = flight_over((120.0, 170.0), noise_db=2.0).samples(slice(0, 6000, 10))
    clean = Flight(
        clean.time_s, clean.position_m, clean.attitude_rad, clean.rss_db, np.full(600, np.nan)
    )
    for value in (0.0, 127.0, -999.0):
        for place in (0, 300, 599):
            others = np.arange(600) != place
            rss_db = np.where(others, clean.rss_db - 100.0, value)
            wrong = Flight(
                clean.time_s, clean.position_m, clean.attitude_rad, rss_db, clean.quality_db
            )
            found = cut_flight(wrong, SETTINGS, "log")
            np.testing.assert_array_equal(found.rss_db, rss_db[others])
            assert len(found.notes) == 1
