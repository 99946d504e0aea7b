"""Tables of the benchmark on many fields: what counts once, what is left out, and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.flights import flight_file, flight_over

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.evaluation.fields import no_flight, score_field_trial
from rfsl.evaluation.tables.fields import (
    ALL_SETS,
    absent_rows,
    flights_table,
    mean_interval,
    pairs_table,
    sets_table,
    told_times,
)
from rfsl.localizers.posterior import Estimate

SETTINGS = Config().flights
WHOLE_S = 9999
LABELS = {"good": "good one", "bad": "bad one"}


def scored(errors_m: dict[str, float], flight: dict[str, str]) -> pd.DataFrame:
    """Whole flights over a source at (3, 4), missed by so much to the east; NaN: not usable."""
    parts = []
    for trial, error_m in errors_m.items():
        item = flight_file(flight_over((50.0, 60.0)))
        place_m = np.array([3.0 + error_m, 4.0])
        if np.isnan(error_m):
            item = flight_file(no_flight(FlightError("no flight in it")))
        part = score_field_trial(item, lambda _, m=place_m: Estimate(m), SETTINGS, [], WHOLE_S)
        parts.append(part.assign(trial=trial, flight=flight[trial]))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    """Set `one` has two channels of one flight and a second flight; `two` one without a flight."""
    of_flight = {"a1": "a", "a2": "a", "b1": "b", "c1": "c", "d1": "d"}
    good = {"a1": 10.0, "a2": 20.0, "b1": 30.0}
    bad = {"a1": 100.0, "a2": 100.0, "b1": 20.0}
    scores = {
        "one": {"good": scored(good, of_flight), "bad": scored(bad, of_flight)},
        "two": {"good": scored({"c1": 5.0, "d1": float("nan")}, of_flight)},
    }
    heights_m = {"one": {"a1": 40.0, "a2": 42.0, "b1": 30.0}, "two": {"c1": 1.0, "d1": np.nan}}
    return flights_table(scores, heights_m)


def test_channels_are_averaged_and_a_flight_counts_once(flights: pd.DataFrame) -> None:
    row = flights[(flights["estimator"] == "good") & (flights["flight"] == "a")].iloc[0]
    assert (row["channels"], row["usable"], row["error_m"], row["height_m"]) == (2, 2, 15.0, 41.0)
    summary = sets_table(flights, {"one": "One", "two": "Two"}, LABELS, 1, 500)
    good = summary[summary["estimator"] == "good"].set_index("set")
    assert good.loc["one", "mean_error_m"] == pytest.approx((15.0 + 30.0) / 2)
    assert good.loc["one", "low_m"] >= 15.0 and good.loc["one", "high_m"] <= 30.0
    assert good.loc[ALL_SETS, "flights"] == 4 and good.loc[ALL_SETS, "usable"] == 3
    assert good.loc[ALL_SETS, "mean_error_m"] == pytest.approx((15.0 + 30.0 + 5.0) / 3)


def test_a_log_without_a_flight_is_counted_with_its_reason(flights: pd.DataFrame) -> None:
    row = flights[flights["flight"] == "d"].iloc[0]
    assert row["usable"] == 0 and np.isnan(row["error_m"]) and row["reason"] == "no flight in it"


def test_pairs_are_of_flights_that_both_have(flights: pd.DataFrame) -> None:
    pairs = pairs_table(flights, "good", LABELS, 1, 500).set_index("set")
    assert list(pairs.index) == ["one", ALL_SETS]
    assert pairs.loc["one", "flights"] == 2
    assert pairs.loc["one", "difference_m"] == pytest.approx((85.0 - 10.0) / 2)
    assert pairs.loc["one", "better"] == 0.5


def test_times_are_those_that_the_flight_reaches() -> None:
    item = flight_file(flight_over((50.0, 60.0)))
    duration_s = float(item.flight.time_s[-1])
    rows = score_field_trial(
        item, lambda _: Estimate(np.zeros(2)), SETTINGS, [180, int(duration_s) + 10], WHOLE_S
    )
    assert rows["after_s"].tolist() == [180, WHOLE_S]
    assert told_times(rows, WHOLE_S)["after_s"].tolist() == ["180", "whole"]


def test_what_is_not_at_hand_is_listed() -> None:
    rows = absent_rows({"one": ["x", "y"], "two": []}, {"one": "One", "two": "Two"})
    assert rows.to_dict("records") == [
        {"set": "one", "title": "One", "not_at_hand": 2, "trials": "x y"}
    ]


@given(st.lists(st.floats(0.0, 1e3), min_size=2, max_size=12))
def test_an_interval_holds_the_mean_within_the_values(values: list[float]) -> None:
    low, high = mean_interval(np.array(values), np.random.default_rng(0), 200)
    assert min(values) - 1e-9 <= low <= high + 1e-9 <= max(values) + 2e-9
    assert np.isnan(mean_interval(np.array(values[:1]), np.random.default_rng(0), 200)).all()
