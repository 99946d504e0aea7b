"""The order of samples: sorted, spread over the steps of a clock, or dropped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.time_order import in_order


def flight(time_s: FloatArray) -> Flight:
    """A flight whose power is the number of the sample."""
    count = time_s.size
    return Flight(
        time_s, np.zeros((count, 3)), np.zeros((count, 3)), np.arange(float(count)), np.zeros(count)
    )


@given(st.permutations(range(60)))
def test_rows_in_any_order_are_sorted(order: list[int]) -> None:
    found = in_order(flight(10.0 + 0.1 * np.argsort(order)), "log")
    if order == sorted(order):
        assert found.notes == ()
    assert (np.diff(found.time_s) > 0.0).all()
    if len(found) == 60:
        np.testing.assert_array_equal(found.rss_db, order)
    else:  # single samples that run backwards are faults of the clock
        assert len(found) >= 57 and "dropped" in found.notes[0]


def test_a_log_written_backwards_or_in_two_parts() -> None:
    time_s = 0.1 * np.arange(1000.0)
    for rows in (slice(None, None, -1), np.r_[900:1000, 0:900], np.r_[0:497, 500:1000, 497:500]):
        found = in_order(flight(time_s[rows]), "log")
        np.testing.assert_array_equal(found.time_s, time_s)
        assert found.notes == ("rows were not in the order of time and were sorted",)


@pytest.mark.parametrize("rate_hz", [1.2, 2.0, 3.7, 10.0, 30.0])
@pytest.mark.parametrize("step_s", [1.0, 0.1])
def test_a_coarse_clock_is_refined(rate_hz: float, step_s: float) -> None:
    true_s = 1.7e9 + np.arange(900) * step_s / rate_hz
    found = in_order(flight(1.7e9 + step_s * np.floor((true_s - 1.7e9) / step_s + 1e-6)), "log")
    assert len(found) == 900
    assert (np.diff(found.time_s) > 0.0).all()
    np.testing.assert_allclose(found.time_s, true_s, atol=step_s)
    assert np.sqrt(np.mean((found.time_s - true_s) ** 2)) < 0.4 * step_s
    (note,) = found.notes
    assert ("whole seconds" if step_s == 1.0 else "steps of 0.1 s") in note
    assert note.endswith("spread over it")


def test_the_step_is_that_of_the_clock() -> None:
    """Readings every one or two seconds by a clock of whole seconds, and a gap."""
    time_s = np.floor(1.4 * np.arange(300.0)) * 1.0
    time_s = np.sort(np.concatenate([time_s, time_s[:60:2]]))
    time_s[200:] += 50.0
    found = in_order(flight(time_s), "log")
    assert "whole seconds" in found.notes[0]
    assert (found.time_s - time_s).max() <= 0.5
    np.testing.assert_array_equal(np.floor(found.time_s), time_s)


def test_a_clock_that_stands_still_is_no_coarse_clock() -> None:
    time_s = np.floor(np.arange(600) / 10.0)
    time_s[300:400] = time_s[300]
    found = in_order(flight(time_s), "log")
    assert len(found) == 501
    assert found.notes[1] == "99 samples with repeated or reversed timestamps dropped"
    with pytest.raises(FlightError, match=r"log: time stands still .* in 599 of 600 samples"):
        in_order(flight(np.full(600, 5.0)), "log")


def test_single_faults_of_the_clock_are_dropped() -> None:
    time_s = 0.1 * np.arange(1000.0)
    time_s[500], time_s[600] = time_s[499], time_s[400]
    found = in_order(flight(time_s), "log")
    assert found.notes == ("2 samples with repeated or reversed timestamps dropped",)
    assert len(found) == 998
