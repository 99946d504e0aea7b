"""Power and positions in separate files: console logs of srsUE, plain tables, unnamed logs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.bad_logs import SETTINGS, columns, write_afar
from support.logs import START_S, Flown, stamp

from rfsl import cli
from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
BARS = "  cc  pci  rsrp   pl   cfo | mcs  snr  iter  brate  bler  ta_us | mcs   buff  brate  bler"
NO_BARS = "cc pci  rsrp    pl    cfo  pci  rsrp  mcs   snr turbo  brate   bler"


@pytest.fixture
def flown() -> Flown:
    """The flight by a receiver that reads once a second, in whole decibels."""
    made = Flown(FRAME, 9000)
    made.time_s = made.time_s[::30] + 0.4
    made.rss_db = np.round(-70.0 + 15.0 * np.sin(np.arange(300) / 20.0))
    made.quality_db = made.quality_db[::30]
    return made


def console(flown: Flown, head: str, pci: object = 1) -> str:
    """What srsUE prints in the flight, with the times of its logger."""
    lines = [f"[{stamp(flown.time_s[0] - 5.0)}] Reading configuration file ...", "no time here"]
    cells = np.broadcast_to(np.asarray(pci), 300)
    for number, (time_s, rss_db) in enumerate(zip(flown.time_s, flown.rss_db, strict=True)):
        if number % 10 == 0:
            lines += [f"[{stamp(time_s)}] ---Signal---|--DL--", f"[{stamp(time_s)}] {head}"]
        if "|" in head:
            rest = f"{-rss_db:.0f} -4.3k |   0   24   0.0    0.0    0%    1.6 |  23    75k    18M"
        else:
            rest = f"{-rss_db:.0f} -4.3k  7  -99  0   24   0.0    0.0    0%"
        lines.append(f"[{stamp(time_s)}]   0    {cells[number]}   {rss_db:.0f}   {rest}")
    return "\n".join([*lines, f"[{stamp(time_s)}] --- disconnected ---", ""])


def check(found: Flight, flown: Flown) -> None:
    inside = flown.time_s <= flown.track_s[-1]
    np.testing.assert_array_equal(found.rss_db, flown.rss_db[inside])
    np.testing.assert_allclose(
        found.position_m[:, 0], 3.0 * (flown.time_s[inside] - START_S), atol=0.02
    )
    np.testing.assert_allclose(found.position_m[:, 1:], [[100.0, 40.0]] * len(found), atol=0.02)


@pytest.mark.parametrize("head", [BARS, NO_BARS])
@pytest.mark.parametrize("name", ["a_radio_log.txt", "console.log"])
def test_console_logs_of_srsue(flown: Flown, head: str, name: str, tmp_path: Path) -> None:
    flown.raw(tmp_path, name="a")
    (tmp_path / "a_power_log.txt").unlink()
    (tmp_path / "a_quality_log.txt").unlink()
    log = tmp_path / name
    log.write_text(console(flown, head))
    for path in (log, *([tmp_path] if name.startswith("a_") else [])):
        found = read_log(path, FRAME, SETTINGS)
        check(found, flown)
        assert f"{name}: columns not used: cc, pci" in found.notes
    log.write_text(console(flown, head, np.repeat([301, 12], 150)))
    with pytest.raises(FlightError, match=r"2 values of pci \(12: 150, 301: 150 readings\)"):
        read_log(log, FRAME, SETTINGS)
    chosen = SETTINGS.model_copy(update={"where": {"pci": "*"}})
    check(read_log(log, FRAME, chosen), flown)
    log.write_text(f"[{stamp(START_S)}] {head}\n")
    with pytest.raises(FlightError, match="no line of figures follows the head"):
        read_log(log, FRAME, SETTINGS)


def test_logs_of_the_sounder_without_their_names(tmp_path: Path) -> None:
    """They are recognized by their first lines."""
    flown = Flown(FRAME)
    flown.raw(tmp_path, name="a")
    power = (tmp_path / "a_power_log.txt").rename(tmp_path / "power.txt")
    (tmp_path / "a_quality_log.txt").unlink()
    (tmp_path / "a_vehicleOut.txt").rename(tmp_path / "gps.log")
    found = read_log(power, FRAME, SETTINGS)
    np.testing.assert_allclose(found.rss_db, flown.rss_db, atol=1e-5)
    (tmp_path / "gps.log").rename(tmp_path / "elsewhere")
    (tmp_path / "other").write_text((tmp_path / "elsewhere").read_text())
    with pytest.raises(FlightError, match=r"name the file with the positions \(--positions\)"):
        read_log(power, FRAME, SETTINGS)
    again = read_log(power, FRAME, SETTINGS, tmp_path / "elsewhere")
    np.testing.assert_array_equal(again.position_m, found.position_m)


def test_tables_of_power_and_positions(flown: Flown, tmp_path: Path) -> None:
    power, positions = tmp_path / "power.csv", tmp_path / "gps.txt"
    moments = pd.to_datetime(flown.time_s, unit="s", utc=True).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    pd.DataFrame({"when": moments, "rsrp": flown.rss_db, "quality_db": 72.0}).to_csv(
        power, index=False
    )
    track = {
        "epoch_ms": np.round(1e3 * flown.track_s),
        "lat": flown.latitude_deg,
        "lon": flown.longitude_deg,
        "alt": flown.height_m,
    }
    pd.DataFrame(track).to_csv(positions, sep="\t", index=False)
    with pytest.raises(FlightError, match=r"power\.csv: missing column\(s\) time_s .*rss_db"):
        read_log(power, FRAME, SETTINGS, positions)
    columns = {
        "time_s": "when|epoch_ms",
        "rss_db": "rsrp",
        "latitude_deg": "lat",
        "longitude_deg": "lon",
        "height_m": "alt",
    }
    some = SETTINGS.model_copy(update={"columns": columns | {"height_m": "nothing"}})
    with pytest.raises(FlightError, match=r"gps\.txt: there is no column nothing"):
        read_log(power, FRAME, some, positions)
    lower = SETTINGS.model_copy(update={"columns": columns, "height_offset_m": -5.0})
    assert (read_log(power, FRAME, lower, positions).position_m[:, 2] == 35.0).all()
    found = read_log(power, FRAME, SETTINGS.model_copy(update={"columns": columns}), positions)
    check(found, flown)
    assert (found.quality_db == 72.0).all()
    assert "no attitude logged: level, nose along the course over ground" in found.notes
    track |= {"roll_deg": 1.0, "yaw_deg": 45.0}  # type: ignore[dict-item]
    pd.DataFrame(track).to_csv(positions, index=False)
    found = read_log(power, FRAME, SETTINGS.model_copy(update={"columns": columns}), positions)
    np.testing.assert_allclose(np.degrees(found.attitude_rad), [[1.0, 0.0, 45.0]] * len(found))
    for file in (positions, power):
        file.write_text("nothing\n")
        with pytest.raises(FlightError, match=f"{file.name}: the format is not known"):
            read_log(power, FRAME, SETTINGS.model_copy(update={"columns": columns}), positions)
    with pytest.raises(FlightError, match=r"none\.csv: no such file"):
        read_log(power, FRAME, SETTINGS, tmp_path / "none.csv")


def test_the_power_of_an_afar_file(tmp_path: Path) -> None:
    """Its positions are not needed, so they may be any."""
    flown = Flown(FRAME)
    flown.raw(tmp_path, name="a")
    values = columns(FRAME) | {"latitude_deg": np.full(900, np.nan)}
    values["time_s"] = values["time_s"] - values["time_s"][0] + START_S
    found = read_log(write_afar(values, tmp_path), FRAME, SETTINGS, tmp_path / "a_vehicleOut.txt")
    np.testing.assert_array_equal(found.rss_db, values["rss_db"])
    assert (found.position_m[:, 2] == 40.0).all()


def test_the_option(flown: Flown, tmp_path: Path) -> None:
    power, out = tmp_path / "power.csv", tmp_path / "out"
    pd.DataFrame({"time_s": flown.time_s, "rss_db": flown.rss_db}).to_csv(power, index=False)
    flown.raw(tmp_path, name="a")
    arguments = ["--positions", str(tmp_path / "a_vehicleOut.txt"), "--output", str(out)]
    arguments += ["--estimator", "strongest_rss"]
    assert cli.main(["localize", str(power), *arguments]) == cli.FOUND
    assert json.loads((out / "fix.json").read_text())["samples"] == 300
