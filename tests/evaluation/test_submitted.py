"""Results of other teams: read, checked, and scored as our own are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rfsl.config.config import Config
from rfsl.errors import DataError, UnusableFlightError
from rfsl.evaluation.fields import score_field_trial
from rfsl.evaluation.submitted import check_complete, read_results, score_results
from rfsl.flights.files import FlightFile
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.posterior import Estimate, Posterior

SETTINGS = Config().flights.whole()
FRAME = LocalFrame(10.0, 20.0)
TRIALS = {"made": ["one", "two"], "other": ["three"]}
AFTER = ["60", "whole"]
WHOLE_S = 10**6


def trial(name: str) -> FlightFile:
    """Two minutes of flight with a steady lock over a source at (30, 40)."""
    time_s = np.arange(0.0, 120.0, 0.1)
    position_m = np.column_stack([3.0 * time_s, 20.0 + 0.0 * time_s, 30.0 + 0.0 * time_s])
    rss_db = -20.0 * np.log10(np.linalg.norm(position_m - [30.0, 40.0, 2.0], axis=1))
    flight = Flight(time_s, position_m, 0.0 * position_m, rss_db, np.full(time_s.size, 72.0))
    return FlightFile(name, name, "barn", "testbed", (30.0, 40.0, 2.0), flight)


def results_file(folder: Path, **changes: object) -> Path:
    """A row of each trial and time of the set, at (33, 44) with a posterior of two cells."""
    latitude_deg, longitude_deg = FRAME.to_geodetic([33.0, 30.0, 80.0], [44.0, 40.0, 40.0])
    pd.DataFrame(
        {
            "latitude_deg": latitude_deg[1:],
            "longitude_deg": longitude_deg[1:],
            "probability": [0.8, 0.2],
            "cell_m2": [100.0, 25.0],
        }
    ).to_csv(folder / "cells.csv", index=False)
    rows = [
        {
            "set": "made",
            "trial": name,
            "after_s": after,
            "latitude_deg": latitude_deg[0],
            "longitude_deg": longitude_deg[0],
            "reason": "",
            "latency_s": 0.5,
            "posterior": "cells.csv",
        }
        | (changes if (name, after) == ("two", "60") else {})
        for name in TRIALS["made"]
        for after in AFTER
    ]
    path = folder / "theirs.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_a_team_is_scored_as_an_estimator_is(tmp_path: Path) -> None:
    path = results_file(tmp_path, latitude_deg="", longitude_deg="", reason="too noisy")
    found = read_results(path, TRIALS, "made", AFTER)
    items = [trial(name) for name in TRIALS["made"]]
    check_complete(path, items, found, [60], WHOLE_S)
    scored = [score_results(item, found, FRAME, SETTINGS, [60], WHOLE_S) for item in items]

    def same(flight: Flight) -> Estimate:
        cells_m = np.array([[30.0, 40.0], [80.0, 40.0]])
        posterior = Posterior(cells_m, np.array([0.8, 0.2]), np.array([100.0, 25.0]))
        return Estimate(np.array([33.0, 44.0]), posterior)

    ours = score_field_trial(items[0], same, SETTINGS, [60], WHOLE_S)
    assert scored[0]["error_m"].tolist() == pytest.approx([5.0, 5.0], abs=1e-3)
    numbers = ours.select_dtypes("number").columns.drop("latency_s")
    np.testing.assert_allclose(scored[0][numbers], ours[numbers], atol=1e-3)
    assert scored[0]["latency_s"].tolist() == [0.5, 0.5]
    # A failure is one, with the reason that they give.
    assert scored[1]["usable"].tolist() == [False, True]
    assert scored[1]["reason"].iloc[0] == "too noisy"


def test_a_flight_that_is_over_needs_no_row(tmp_path: Path) -> None:
    found = read_results(results_file(tmp_path), TRIALS, "made", AFTER)
    none = np.empty(0)
    empty = Flight(none, np.empty((0, 3)), np.empty((0, 3)), none, none)
    short = replace(trial("one"), flight=trial("one").flight.until(50.0))
    for item in (short, replace(short, flight=empty)):
        rows = score_results(item, found, FRAME, SETTINGS, [60], WHOLE_S)
        assert rows["after_s"].tolist() == [WHOLE_S]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"set": "mad"}, "line 4: found set 'mad'. Did you mean made? Allowed: made, other"),
        ({"trial": "too"}, "line 4: found trial 'too'"),
        ({"after_s": "61"}, "line 4: found after_s '61'. Allowed: 60, whole"),
        ({"after_s": "whole"}, "line 5: two after whole stands in line 4 too"),
        ({"latitude_deg": "north"}, "line 4: latitude_deg is 'north', not a number"),
        ({"latitude_deg": ""}, "line 4: only one of latitude_deg and longitude_deg"),
        ({"more": 1}, "needed are set, trial, after_s, latitude_deg, longitude_deg"),
    ],
)
def test_wrong_rows(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = results_file(tmp_path, **changes)
    with pytest.raises(DataError) as error:
        read_results(path, TRIALS, "made", AFTER)
    assert told in str(error.value) and "theirs.csv" in str(error.value)


def test_missing_rows_are_named(tmp_path: Path) -> None:
    path = results_file(tmp_path, set="other", trial="three")
    found = read_results(path, TRIALS, "made", AFTER)
    items = [trial(name) for name in TRIALS["made"]]
    with pytest.raises(DataError, match=r"rows are missing for two after 60\. Where there is no"):
        check_complete(path, items, found, [60], WHOLE_S)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ("latitude_deg,longitude_deg,probability\n1,2,3\n", "missing column(s) cell_m2"),
        ("latitude_deg,longitude_deg,probability,cell_m2\n10,20,0.5,1\n", "sum to 0.5, not to 1"),
        ("latitude_deg,longitude_deg,probability,cell_m2\n10,20,1,0\n", "areas of cells above 0"),
        (None, "cannot be read"),
    ],
)
def test_wrong_posteriors(tmp_path: Path, cells: str | None, told: str) -> None:
    found = read_results(results_file(tmp_path), TRIALS, "made", AFTER)
    (tmp_path / "cells.csv").unlink()
    if cells is not None:
        (tmp_path / "cells.csv").write_text(cells)
    with pytest.raises(DataError) as error:
        score_results(trial("one"), found, FRAME, SETTINGS, [60], WHOLE_S)
    assert told in str(error.value) and "cells.csv" in str(error.value)
    assert not isinstance(error.value, UnusableFlightError)
