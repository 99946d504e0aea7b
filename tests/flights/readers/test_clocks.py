"""Clocks that differ: the offset that is proposed, and the option that takes it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bad_logs import SETTINGS, columns, write_csv
from support.logs import START_S, Flown

import rfsl
from rfsl import cli
from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.readers.clocks import check_clocks
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
PROPOSED = re.compile(r"--positions-offset (\S+) \(localize\.positions_offset_s\)")


def told(power_s: np.ndarray, positions_s: np.ndarray, given_s: float = 0.0) -> str:
    with pytest.raises(FlightError) as error:
        check_clocks("power", power_s, "track", positions_s, given_s)
    return str(error.value)


@pytest.mark.parametrize(
    ("length_s", "early_s", "shift_s", "offset", "cause"),
    [
        (600.0, 20.0, 5 * 3600.0, "-18000", "about 5 h, so one of them is in another time zone"),
        (600.0, -20.0, -7 * 3600.0, "25200", "about 7 h, so one of them is in another time zone"),
        (600.0, 20.0, 5.5 * 3600.0, "-19800", "about 5.5 h, so one of them is in another time"),
        # A time zone and a clock that was not set: that the zone alone explains it is unlikely.
        (60.0, 0.0, 3600.0 + 300.0, "-3900", "clocks seem to differ by about 65 minutes"),
        (20.0, 1.0, 18.0, "-18", "positions may be in GPS time, which is 18 s ahead of UTC"),
        (20.0, -1.0, -18.0, "18", "power may be in GPS time, which is 18 s ahead of UTC"),
        (20.0, 0.0, 24.5, "-24.5", "clocks seem to differ by about 24 s"),
        (600.0, 0.0, 300.0, "-300", "clocks seem to differ by about 5 minutes"),
        # Times since the start of the autopilot.
        (600.0, 0.0, -START_S, "1702477727", "Perhaps both logs began at the same moment"),
    ],
)
def test_the_offset_that_would_fit(
    length_s: float, early_s: float, shift_s: float, offset: str, cause: str
) -> None:
    """A flight whose positions begin a little earlier and end a little later, or the reverse."""
    power_s = START_S + np.arange(0.0, length_s, 0.1)
    positions_s = START_S + np.arange(-early_s, length_s + early_s, 0.5) + shift_s
    text = told(power_s, positions_s)
    assert cause in text
    assert PROPOSED.findall(text) == [offset]
    check_clocks("power", power_s, "track", positions_s + float(offset))
    (share,) = re.findall(r"added to the times of the positions, (\d+) %", text)
    assert int(share) >= 67


def test_an_offset_that_is_given_is_counted() -> None:
    power_s = START_S + np.arange(0.0, 600.0, 0.1)
    text = told(power_s, power_s + 7200.0 - 3600.0, -3600.0)
    assert PROPOSED.findall(text) == ["-7200"]
    assert "With -3600 s more added to the times of the positions, 100 % of the" in text


def test_no_offset_is_proposed_that_would_not_fit() -> None:
    """Positions of a short flight cannot cover the power log of a long one."""
    power_s = START_S + np.arange(0.0, 600.0, 0.1)
    text = told(power_s, power_s[:1000] + 1e5)
    assert text.endswith("They are of different flights, or a clock was wrong")


@given(
    length_s=st.floats(20.0, 3000.0),
    longer=st.floats(0.8, 3.0),
    shift_s=st.floats(-1e6, 1e6),
)
def test_a_proposed_offset_is_accepted(length_s: float, longer: float, shift_s: float) -> None:
    power_s = START_S + np.linspace(0.0, length_s, 200)
    positions_s = START_S + shift_s + np.linspace(0.0, longer * length_s, 300)
    try:
        check_clocks("power", power_s, "track", positions_s)
    except FlightError as error:
        (offset,) = PROPOSED.findall(str(error))
        check_clocks("power", power_s, "track", positions_s + float(offset), float(offset))


def localized(*arguments: object) -> int:
    return cli.main(["localize", *map(str, arguments), "--estimator", "strongest_rss"])


@pytest.mark.parametrize("form", ["raw", "release", "named"])
def test_the_option(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The proposed offset gives the same fix as right clocks; positions in the log have none."""
    flown = Flown(FRAME, 9000)
    (tmp_path / "right").mkdir()
    (tmp_path / "wrong").mkdir()
    paths = {}
    for name, shift_s in (("right", 0.0), ("wrong", 7200.0)):
        flown.track_s = flown.track_s + shift_s
        folder = tmp_path / name
        paths[name] = (
            [flown.release(folder)] if form == "release" else [flown.raw(folder, name="a")]
        )
        if form == "named":
            moved = (folder / "a_vehicleOut.txt").rename(folder / "gps.txt")
            paths[name] += ["--positions", moved]
    assert localized(*paths["right"], "--output", tmp_path / "a") == cli.FOUND
    assert localized(*paths["wrong"], "--output", tmp_path / "b") == cli.MISTAKE
    (offset,) = PROPOSED.findall(capsys.readouterr().err)
    assert offset == "-7200"
    options = ("--positions-offset", offset, "--output", tmp_path / "b")
    assert localized(*paths["wrong"], *options) == cli.FOUND
    right, found = (json.loads((tmp_path / n / "fix.json").read_text()) for n in "ab")
    assert found["position"] == right["position"]
    note = "-7200 s added to the times of the positions, as you asked"
    assert note in found["notes"] and note not in right["notes"]


def test_the_key_of_the_config(tmp_path: Path) -> None:
    flown = Flown(FRAME, 9000)
    flown.track_s = flown.track_s + 7200.0
    log = flown.raw(tmp_path, name="a")
    changes = {"localize": {"positions_offset_s": -7200.0}}
    fix = rfsl.localize(log, estimator="strongest_rss", config=changes, results=tmp_path)
    assert any("-7200 s added" in note for note in fix.notes)
    again = rfsl.localize(
        log, estimator="strongest_rss", positions_offset_s=-7200.0, results=tmp_path
    )
    assert again.position == fix.position


def test_positions_in_the_log_have_no_clock_of_their_own(tmp_path: Path) -> None:
    log = write_csv(columns(FRAME), tmp_path)
    with pytest.raises(FlightError, match=r"one clock only; leave localize\.positions_offset_s"):
        read_log(log, FRAME, SETTINGS, positions_offset_s=5.0)
