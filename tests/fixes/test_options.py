"""Options of `rfsl localize` that say how a log is read, and what the user is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.bad_logs import columns, write_csv
from support.logs import Flown

from rfsl import cli
from rfsl.config.config import Config
from rfsl.geometry.frames import LocalFrame
from rfsl.workflow.plan.plan import Plan

FRAME = LocalFrame.of(Config().scenario)


def record(log: Path, *arguments: str) -> dict[str, Any]:
    """What fix.json says; the mode is quick."""
    out = log.parent / "out"
    quick = ["--estimator", "strongest_rss", "--output", str(out), "--results", str(out), "--force"]
    assert cli.main(["localize", str(log), *quick, *arguments]) == cli.FOUND
    found: dict[str, Any] = json.loads((out / "fix.json").read_text())
    return found


def told(capsys: pytest.CaptureFixture[str], log: Path, *arguments: str) -> str:
    """What stderr says of a mistake, or of a flight without an estimate."""
    out = log.parent / "out"
    status = cli.main(["localize", str(log), "--output", str(out), *arguments])
    assert status != cli.FOUND
    return capsys.readouterr().err


def test_columns_rows_and_duration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.DataFrame(columns(FRAME))
    frame = frame.rename(columns={"rss_db": "rssi", "time_s": "timestamp"})
    frame["channel"] = 6
    other = frame.assign(channel=11, rssi=frame["rssi"] - 30.0, timestamp=frame["timestamp"] + 0.05)
    log = tmp_path / "log.txt"
    pd.concat([frame, other]).to_csv(log, index=False)
    proposed = ["--columns", "time_s=timestamp,rss_db=rssi"]
    assert " ".join(proposed) in told(capsys, log)
    assert "--where channel=" in told(capsys, log, *proposed)
    found = record(log, *proposed, "--where", "channel=11", "--duration", "30")
    assert found["samples"] == 300
    assert "900 of 1800 rows have channel=11; the others are not used" in found["notes"]
    assert (
        "only the first 30 s of the 90 s above 15 m are used (localize.duration_s)"
        in found["notes"]
    )
    assert record(log, *proposed, "--where", "channel=6")["samples"] == 900
    # The same by the config, where a number is as good as a text.
    config = tmp_path / "mine.yaml"
    config.write_text(
        "flights: {columns: {rss_db: rssi, time_s: timestamp}, where: {channel: 11}}\n"
        "localize: {duration_s: 30}\n"
    )
    same = record(log, "--config", str(config))
    assert same["samples"] == 300 and same["position"] == found["position"]
    assert record(log, "--config", str(config), "--duration", "60")["samples"] == 600


def test_wrong_options_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write_csv(columns(FRAME), tmp_path)
    for arguments, text in (
        (["--columns", "rssi"], "--columns: found 'rssi'; NAME=VALUE is needed"),
        (["--columns", "rss=rssi"], "flights.columns.rss: found 'rss'; input should be 'time_s'"),
        (["--columns", "rss_db=rssi"], "there is no column rssi, which flights.columns"),
        (["--where", "channel"], "--where: found 'channel'; NAME=VALUE is needed"),
        (["--where", "channel=1"], "there is no column channel, which flights.where"),
        (["--duration", "-1"], "localize.duration_s: found -1.0; input should be greater than 0"),
    ):
        assert text in told(capsys, log, *arguments)


def test_slow_logs_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A reading every three seconds is enough, if the flight is long enough."""
    log = write_csv(columns(FRAME, 450, rate_hz=0.3125), tmp_path)
    assert record(log)["samples"] == 450
    assert (
        "only 188 samples above 15 m in the first 600 s (localize.duration_s), of 450 samples in "
        "the whole flight of 1437 s; at least 200 are needed for an estimate. Raise localize."
    ) in told(capsys, log, "--duration", "600")


def test_the_duration_of_the_trials_is_another(tmp_path: Path) -> None:
    plan = Plan.of_one_flight({})
    assert plan.config.flights.duration_s == 600.0
    assert plan.localize.flights().duration_s > 1e9
    plan = Plan.of_one_flight({"localize": {"duration_s": 900}})
    assert plan.localize.flights().duration_s == 900.0


def test_an_snr_is_no_quality(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = columns(FRAME) | {"quality_db": np.full(900, 8.0)}
    log = write_csv(values, tmp_path)
    error = told(capsys, log)
    assert "locked above 57 dB (flights.lock_quality_db)" in error
    assert "leave quality_db out (--columns quality_db=)" in error
    assert record(log, "--columns", "quality_db=")["samples_used"] == 900


def test_one_wrong_reading_does_not_move_the_fix(tmp_path: Path) -> None:
    values = columns(FRAME, 600, rate_hz=1.0)
    values["rss_db"] = -70.0 + 15.0 * np.sin(np.arange(600) / 60.0)
    del values["quality_db"]
    right = record(write_csv(values, tmp_path))
    values["rss_db"][300] = 0.0
    found = record(write_csv(values, tmp_path))
    assert "1 reading of 0 dB, 55 dB above all others, left out" in found["notes"]
    assert found["samples_used"] == right["samples_used"] - 1


@pytest.mark.parametrize(
    ("shift_s", "text"),
    [
        (70.0, "The clocks seem to differ by about 70 s"),
        (-70.0, "the positions begin 70 s before the power, and end 70 s before it"),
        (1200.0, "do not overlap in time: the positions begin 20 minutes after"),
        (20000.0, "do not overlap in time: the positions begin 5.6 h after"),
    ],
)
def test_a_wrong_clock_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shift_s: float, text: str
) -> None:
    flown = Flown(FRAME)
    flown.track_s = flown.track_s + shift_s
    assert text in told(capsys, flown.raw(tmp_path, name="a"))


def test_a_power_log_that_ran_longer_is_no_fault(tmp_path: Path) -> None:
    flown = Flown(FRAME)
    kept = slice(30, 70)
    flown.track_s = flown.track_s[kept]
    flown.latitude_deg, flown.longitude_deg = flown.latitude_deg[kept], flown.longitude_deg[kept]
    flown.height_m = flown.height_m[kept]
    found = record(flown.raw(tmp_path, name="a"))
    assert "1829 power readings outside the position log left out" in found["notes"]


def test_positions_too_far_apart_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flown = Flown(FRAME)
    for name in ("track_s", "latitude_deg", "longitude_deg", "height_m"):
        setattr(flown, name, getattr(flown, name)[::10])
    assert "positions are 10 s apart (their median)" in told(capsys, flown.raw(tmp_path, name="a"))
