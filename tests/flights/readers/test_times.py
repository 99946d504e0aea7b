"""Times as people log them: whatever the notation, the flight is the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.bad_logs import Columns, columns, read, write_csv, write_parquet

from rfsl.config.config import Config
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
#: Seconds of the flight, and the moment of its start: it goes past midnight.
TIME_S = np.arange(900) / 10.0
START = pd.Timestamp("2024-05-01T23:59:30.25Z")
MOMENTS = pd.Series(START + pd.to_timedelta(TIME_S, unit="s"))


def texts(form: str) -> np.ndarray:
    return MOMENTS.dt.strftime(form).to_numpy(dtype=object)


def with_times(times: object, name: str = "time_s") -> Columns:
    values = columns(FRAME)
    return {name: times} | {other: v for other, v in values.items() if other != "time_s"}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("times", "told"),
    [
        (START.timestamp() + TIME_S, ""),
        (np.round(1e3 * (START.timestamp() + TIME_S)), "Unix milliseconds by their size"),
        (np.round(1e6 * (START.timestamp() + TIME_S)), "Unix microseconds by their size"),
        ([int(START.value + 1e9 * t) for t in TIME_S], "Unix nanoseconds by their size"),
        (texts("%Y-%m-%d %H:%M:%S.%f"), ""),
        (texts("%Y-%m-%dT%H:%M:%S.%fZ"), ""),
        (texts("%Y-%m-%dT%H:%M:%S.%f+02:00"), ""),
        (texts("%H:%M:%S.%f"), "times of day go past midnight"),
    ],
)
@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_every_notation_is_the_same_time(
    times: object, told: str, write: Callable[[Columns, Path], Path], tmp_path: Path
) -> None:
    found = read(write(with_times(times), tmp_path), FRAME)
    assert isinstance(found, Flight), found
    np.testing.assert_allclose(found.time_s, TIME_S, atol=1e-5)
    assert told in "; ".join(found.notes)
    assert bool(told) == any("times of" in note for note in found.notes)


def test_arrow_times(tmp_path: Path) -> None:
    for times in (MOMENTS, MOMENTS.dt.tz_localize(None), MOMENTS.dt.time):
        found = read(write_parquet(with_times(times), tmp_path), FRAME)
        assert isinstance(found, Flight), found
        np.testing.assert_allclose(found.time_s, TIME_S, atol=1e-5)


def test_a_unit_in_the_name(tmp_path: Path) -> None:
    from rfsl.config.flights import FlightSettings
    from rfsl.flights.readers.logs import read_log

    for name, unit_s in (("Time (ms)", 1e-3), ("boot_time_us", 1e-6), ("t_ns", 1e-9)):
        path = write_csv(with_times(np.round(TIME_S / unit_s), name), tmp_path)
        found = read_log(path, FRAME, FlightSettings(columns={"time_s": name}))
        np.testing.assert_allclose(found.time_s, TIME_S, atol=1e-6)
        assert f"times of column {name} read in units of {unit_s:g} s, by its name" in found.notes


@pytest.mark.parametrize("form", ["%d.%m.%Y %H:%M:%S", "%H.%M", "on %A", "%m/%d/%Y %H:%M:%S"])
def test_other_notations_are_refused(form: str, tmp_path: Path) -> None:
    """Whether the day or the month comes first cannot be told."""
    found = read(write_csv(with_times(texts(form)), tmp_path), FRAME)
    assert isinstance(found, str)
    assert "row 1, column time_s: found" in found or "time stands still" in found


def test_single_wrong_times_are_left_out(tmp_path: Path) -> None:
    for form in ("%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f"):
        times = texts(form)
        times[5], times[6], times[7] = "?", "", "NA"
        found = read(write_csv(with_times(times), tmp_path), FRAME)
        assert isinstance(found, Flight), found
        assert len(found) == 897
        assert found.notes[0].startswith("1 cells of column time_s that cannot be read left out")
