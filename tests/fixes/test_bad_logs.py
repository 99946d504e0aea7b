"""From a bad log to the end of `rfsl localize`: one error, or a fix that says why there is none."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bad_logs import FORMATS, Columns, columns, write_csv
from support.logs import Flown

from rfsl import cli
from rfsl.config.config import Config
from rfsl.errors import DataError
from rfsl.fixes import output
from rfsl.fixes.output import OUTPUTS
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)


def localized(
    log: Path, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, Path]:
    """Exit status, what was written to stderr, and the folder for the outputs."""
    folder = log.parent / "out"
    shutil.rmtree(folder, ignore_errors=True)
    quick = ["--estimator", "strongest_rss", "--results", str(log.parent / "none")]
    status = cli.main(["localize", str(log), "--output", str(folder), *quick, *arguments])
    return status, capsys.readouterr().err, folder


def check_outputs(status: int, told: str, folder: Path) -> None:
    """One error and nothing written, or every output and what the status says."""
    if status == cli.MISTAKE:
        assert told.startswith("rfsl: ") and "Traceback" not in told
        assert not folder.exists()
        return
    assert {path.name for path in folder.iterdir()} == set(OUTPUTS)
    record = json.loads((folder / "fix.json").read_text())
    assert record["usable"] == (status == cli.FOUND)
    assert (record["position"] is None) == bool(record["reason"]) == (status == cli.UNUSABLE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda v: {"latitude_deg": v["longitude_deg"], "longitude_deg": v["latitude_deg"]},
         "longitude are swapped"),
        (lambda v: {"latitude_deg": np.radians(v["latitude_deg"]),
                    "longitude_deg": np.radians(v["longitude_deg"])}, "in radians"),
        (lambda v: {"height_m": v["height_m"] / 0.3048 + 100}, "flights.maximum_height_m"),
        (lambda v: {"time_s": 1e3 * (v["time_s"] - 1.7e9)}, "in milliseconds?"),
        (lambda v: {"rss_db": 10 ** (v["rss_db"] / 10)}, "and in dB"),
        (lambda v: {name: x[:10] for name, x in v.items()}, "only 10 samples"),
    ],
)  # fmt: skip
def test_wrong_logs(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Columns], Columns],
    told: str,
) -> None:
    values = columns(FRAME)
    status, error, folder = localized(write_csv(values | change(values), tmp_path), capsys)
    assert status == cli.MISTAKE and told in error and "flight.csv" in error
    check_outputs(status, error, folder)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"quality_db": np.full(900, 42.0)}, "locked in 0.0 % of the samples"),
        ({"quality_db": np.full(900, -np.inf)}, "locked in 0.0 % of the samples"),
        ({"quality_db": np.full(900, -1e308)}, "locked in 0.0 % of the samples"),
    ],
)
def test_unusable_logs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Columns, told: str
) -> None:
    log = write_csv(columns(FRAME) | change, tmp_path)
    status, error, folder = localized(log, capsys)
    assert status == cli.UNUSABLE and told in error
    check_outputs(status, error, folder)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(kind=st.sampled_from(sorted(FORMATS)), share=st.floats(0.0, 1.0), flip=st.booleans())
def test_damaged_logs(
    kind: str, share: float, flip: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = FORMATS[kind](FRAME, Path(folder))
        for file in Path(folder).iterdir():
            content = bytearray(file.read_bytes())
            at = int(share * (len(content) - 1))
            file.write_bytes(content[:at] + (b"\xff" + content[at + 1 :] if flip else b""))
        check_outputs(*localized(log, capsys))


def test_a_flight_that_stands_still(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A hover holds the signal at one place: no estimator with a likelihood can use it."""
    here = {"latitude_deg": np.full(900, 35.728), "longitude_deg": np.full(900, -78.698)}
    log = write_csv(columns(FRAME) | here, tmp_path)
    status, error, folder = localized(log, capsys, "--estimator", "kriging_free_space")
    assert status == cli.UNUSABLE and "5 are needed" in error
    check_outputs(status, error, folder)


def test_nothing_is_written_before_all_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bytes:
        raise DataError("cannot be drawn")

    monkeypatch.setattr(output, "as_png", fails)
    status, error, folder = localized(write_csv(columns(FRAME), tmp_path), capsys)
    assert (status, error) == (cli.MISTAKE, "rfsl: cannot be drawn\n")
    check_outputs(status, error, folder)


def test_a_damaged_calibration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = write_csv(columns(FRAME), tmp_path)
    calibration = tmp_path / "results/calibration/all.json"
    calibration.parent.mkdir(parents=True)
    arguments = ["--results", str(tmp_path / "results"), "--estimator", "kriging_calibrated"]
    for content in (b"", b"\xff\xfe", b"{}", b"[" * 5000):
        calibration.write_bytes(content)
        status, error, folder = localized(log, capsys, *arguments)
        assert status == cli.MISTAKE and "all.json: not a calibration" in error
        check_outputs(status, error, folder)


def test_a_clock_that_runs_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a power log in milliseconds one reading is left within the position log."""
    flown = Flown(FRAME, 900)
    flown.time_s = flown.track_s[0] + 1000.0 * np.arange(900) / 30.0
    status, error, folder = localized(flown.raw(tmp_path, name="a"), capsys)
    assert status == cli.MISTAKE and "a_power_log.txt: only 1 samples" in error
    assert "899 power readings outside the position log left out" in error
    check_outputs(status, error, folder)


def test_the_estimator_that_needs_nothing_may_be_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = write_csv(columns(FRAME), tmp_path)
    overlay = tmp_path / "mine.yaml"
    overlay.write_text("localize: {modes: [kriging_calibrated, weighted_centroid]}")
    arguments = ["--config", str(overlay), "--estimator", "weighted_centroid"]
    status, error, folder = localized(log, capsys, *arguments)
    assert (status, error) == (cli.FOUND, "")
    assert json.loads((folder / "fix.json").read_text())["estimator"]["mode"] == "weighted_centroid"
