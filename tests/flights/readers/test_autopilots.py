"""Positions from ArduPilot logs and MAVLink telemetry that the test writes, beside a table."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymavlink.dialects.v20 import common
from support.bad_logs import SETTINGS
from support.logs import START_S

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.dataflash import dataflash_track
from rfsl.flights.readers.logs import read_log
from rfsl.flights.readers.tlog import tlog_track
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
#: The flight at 5 Hz, since the autopilot was switched on, and the ground's height above sea level.
SINCE_S, BOOT_S, GROUND_M = np.arange(500) / 5.0, 40.0, 97.0
LATITUDE_DEG, LONGITUDE_DEG = FRAME.to_geodetic(3.0 * SINCE_S, 100.0 + 0.0 * SINCE_S)
HEIGHT_M = np.minimum(4.0 * SINCE_S, 40.0)
TIME_US = np.round(1e6 * (BOOT_S + SINCE_S))
#: Number, form and fields of the messages of an ArduPilot log, as ArduCopter 4.5 writes them.
FORMS = {
    "FMT": (128, "BBnNZ", "Type,Length,Name,Format,Columns"),
    "GPS": (
        *(130, "QBBIHBcLLeffffB"),
        "TimeUS,I,Status,GMS,GWk,NSats,HDop,Lat,Lng,Alt,Spd,GCrs,VZ,Yaw,U",
    ),
    "POS": (131, "QLLfff", "TimeUS,Lat,Lng,Alt,RelHomeAlt,RelOriginAlt"),
    "AHR2": (132, "QccCfLLffff", "TimeUS,Roll,Pitch,Yaw,Alt,Lat,Lng,Q1,Q2,Q3,Q4"),
    "ATT": (133, "QccccCCCCB", "TimeUS,DesRoll,Roll,DesPitch,Pitch,DesYaw,Yaw,ErrRP,ErrYaw,AEKF"),
}
#: The same before 2016, when times were in milliseconds.
OLDER = FORMS | {
    "GPS": (
        *(130, "BIHBcLLeeEefI"),
        "Status,TimeMS,Week,NSats,HDop,Lat,Lng,RelAlt,Alt,Spd,GCrs,VZ,T",
    ),
    "ATT": (133, "IccccCCCC", "TimeMS,DesRoll,Roll,DesPitch,Pitch,DesYaw,Yaw,ErrRP,ErrYaw"),
}
Forms = Mapping[str, tuple[int, str, str]]
STRUCTS = dict(zip("BHIQcCeELf", "BHIQhHiIif", strict=False)) | {"n": "4s", "N": "16s", "Z": "64s"}
SCALES = {"c": 100.0, "C": 100.0, "e": 100.0, "E": 100.0, "L": 1e7}
#: Begin of GPS time, which was 18 s ahead of UTC in 2023.
GPS_S = START_S - 315_964_800.0 + 18.0


def record(name: str, values: list[object], forms: Forms = FORMS) -> bytes:
    number, form, _ = forms[name]
    cells = [
        round(value * SCALES[letter]) if letter in SCALES else value
        for letter, value in zip(form, values, strict=True)
    ]
    cells = [int(c) if letter in "BHIQ" else c for letter, c in zip(form, cells, strict=True)]
    return b"\xa3\x95" + struct.pack("<B" + "".join(map(STRUCTS.get, form)), number, *cells)


def size(form: str) -> int:
    return 3 + struct.calcsize("<" + "".join(map(STRUCTS.get, form)))


def dataflash(path: Path, forms: Forms = FORMS, **tables: Mapping[str, object]) -> Path:
    """An ArduPilot log: the forms of the messages, then one record for each row."""
    content = b""
    for name, (number, form, columns) in forms.items():
        text = [item.encode() for item in (name, form, columns)]
        content += record("FMT", [number, size(form), *text])
    rows = []
    for name, table in tables.items():
        fields = forms[name][2].split(",")
        columns = [np.broadcast_to(table.get(field, 0.0), 500) for field in fields]
        rows += [
            (time_us, record(name, [c[i] for c in columns], forms))
            for i, time_us in enumerate(np.broadcast_to(table["TimeUS"], 500))
        ]
    path.write_bytes(content + b"".join(item for _, item in sorted(rows)))
    return path


def gps(**changes: object) -> dict[str, object]:
    """Messages of the GPS; the first five have neither a fix nor the time."""
    fixed = np.arange(500) >= 5
    time_s = GPS_S + SINCE_S
    return {
        "TimeUS": TIME_US,
        "Status": np.where(fixed, 3, 1),
        "GWk": np.where(fixed, time_s // 604_800, 0),
        "GMS": np.where(fixed, np.round(1e3 * (time_s % 604_800)), 0),
        "Lat": np.where(fixed, LATITUDE_DEG, 0.0),
        "Lng": np.where(fixed, LONGITUDE_DEG, 0.0),
        "Alt": np.where(fixed, GROUND_M + HEIGHT_M, 0.0),
    } | changes


def places(**changes: object) -> dict[str, object]:
    return {
        "TimeUS": TIME_US + 3000.0,
        "Lat": LATITUDE_DEG,
        "Lng": LONGITUDE_DEG,
        "Alt": GROUND_M + HEIGHT_M,
        "RelHomeAlt": HEIGHT_M,
    } | changes


ATTITUDE = {"TimeUS": TIME_US + 50_000.0, "Roll": 5.0, "Pitch": 2.0, "Yaw": 90.0}
SECOND = places(Roll=5.0, Pitch=2.0, Yaw=90.0)


def tlog(path: Path, version: int = 2, height_m: np.ndarray = HEIGHT_M, **who: int) -> Path:
    """A telemetry log, written by pymavlink: a heartbeat, a position and an attitude at 5 Hz."""
    sender = common.MAVLink(None, who.get("system", 1), 1)
    content = b""
    for i, since_s in enumerate(SINCE_S):
        boot_ms = round(1e3 * (BOOT_S + since_s))
        place = (round(1e7 * LATITUDE_DEG[i]), round(1e7 * LONGITUDE_DEG[i]))
        up_mm = (round(1e3 * (GROUND_M + height_m[i])), round(1e3 * height_m[i]))
        roll, pitch, yaw = np.radians([5.0, 2.0, 90.0])
        for message in (
            common.MAVLink_heartbeat_message(2, 3, 0, 0, 4, 3),
            common.MAVLink_global_position_int_message(boot_ms, *place, *up_mm, 300, 0, 0, 9000),
            common.MAVLink_attitude_message(boot_ms, roll, pitch, yaw, 0.0, 0.0, 0.0),
        ):
            packed = message.pack(sender, force_mavlink1=version == 1)
            content += struct.pack(">Q", round(1e6 * (START_S + since_s))) + packed
    path.write_bytes(content)
    return path


@pytest.fixture
def power(tmp_path: Path) -> Path:
    path = tmp_path / "power.csv"
    time_s = START_S + 5.0 + np.arange(900) / 10.0
    rss_db = -60.0 + 10.0 * np.sin(np.arange(900) / 50.0)
    pd.DataFrame({"time_s": time_s, "rss_db": rss_db}).to_csv(path, index=False)
    return path


def check(found: Flight, lower_m: float = 0.0, turned: bool = True) -> None:
    since_s = found.time_s + found.position_m[0, 0] / 3.0
    np.testing.assert_allclose(found.position_m[:, 0], 3.0 * since_s, atol=0.05)
    np.testing.assert_allclose(found.position_m[:, 1], 100.0, atol=0.05)
    assert found.position_m[-1, 2] == pytest.approx(40.0 - lower_m, abs=0.02)
    angles = [5.0, 2.0, 90.0] if turned else [0.0, 0.0, 90.0]
    np.testing.assert_allclose(np.degrees(found.attitude_rad), [angles] * len(found), atol=1.0)


@pytest.mark.parametrize(
    ("tables", "lower_m", "turned", "note"),
    [
        ({"GPS": gps(), "POS": places(), "ATT": ATTITUDE}, 0.0, True, "home position"),
        ({"GPS": gps(), "POS": places(RelHomeAlt=np.nan)}, 0.0, False, "first position (97 m)"),
        # The GPS has its first fix in the fifth reading, 4 m above the ground.
        ({"GPS": gps(), "ATT": ATTITUDE}, 4.0, True, "first position (101 m)"),
        ({"GPS": gps(Status=1), "AHR2": SECOND}, 0.0, True, "first position (97 m)"),
    ],
    ids=["POS", "POS without home", "GPS", "AHR2"],
)
def test_ardupilot_logs(
    tables: dict[str, dict[str, object]],
    lower_m: float,
    turned: bool,
    note: str,
    power: Path,
    tmp_path: Path,
) -> None:
    if "AHR2" in tables:
        # Its GPS never had a fix, so its clock is that of the autopilot.
        table = pd.read_csv(power)
        table["time_s"] += BOOT_S - START_S
        table.to_csv(power, index=False)
    path = dataflash(tmp_path / "track", **tables)
    found = read_log(power, FRAME, SETTINGS, path)
    check(found, lower_m, turned)
    notes = "; ".join(found.notes)
    assert f"heights of track are above its {note}" in notes
    assert ("track knows no Unix time" in notes) == ("AHR2" in tables)
    assert found.time_s[0] == 0.0 and found.position_m[0, 0] == pytest.approx(15.0, abs=0.05)
    with pytest.raises(FlightError, match="track: it holds positions; name the log of the power"):
        read_log(path, FRAME, SETTINGS)


def test_the_time_of_an_ardupilot_log(tmp_path: Path) -> None:
    """GPS weeks and milliseconds become Unix seconds; a second receiver is not used."""
    path = dataflash(tmp_path / "a.bin", GPS=gps(), POS=places())
    np.testing.assert_allclose(dataflash_track(path).time_s, START_S + SINCE_S + 0.003, atol=2e-3)
    second = gps(I=1, GWk=1000, Lat=10.0)
    both = dataflash(tmp_path / "b.bin", GPS=second)
    with pytest.raises(FlightError, match=r"b\.bin: it holds no positions: neither POS nor AHR2"):
        dataflash_track(both)


def test_an_older_ardupilot_log(tmp_path: Path) -> None:
    table = gps(T=1e-3 * TIME_US)
    table |= {"Week": table["GWk"], "TimeMS": table["GMS"]}
    turned = ATTITUDE | {"TimeMS": 1e-3 * ATTITUDE["TimeUS"]}
    track = dataflash_track(dataflash(tmp_path / "a.bin", OLDER, GPS=table, ATT=turned))
    np.testing.assert_allclose(track.time_s, START_S + SINCE_S[5:], atol=2e-3)
    np.testing.assert_allclose(track.latitude_deg, LATITUDE_DEG[5:], atol=1e-6)
    np.testing.assert_allclose(np.degrees(track.attitude_rad), [[5.0, 2.0, 90.0]] * 495, atol=0.1)


@pytest.mark.parametrize("version", [1, 2])
def test_telemetry(version: int, power: Path, tmp_path: Path) -> None:
    path = tlog(tmp_path / "track", version)
    found = read_log(power, FRAME, SETTINGS, path)
    check(found)
    assert "heights of track are above its home position" in found.notes
    with pytest.raises(FlightError, match="track: it holds positions; name the log of the power"):
        read_log(path, FRAME, SETTINGS)
    content = path.read_bytes()
    other = tlog(tmp_path / "other", version, HEIGHT_M + 50.0, system=7).read_bytes()
    path.write_bytes(content + other[: len(other) // 2])
    again = read_log(power, FRAME, SETTINGS, path)
    np.testing.assert_array_equal(again.position_m, found.position_m)
    assert "track has positions of 2 vehicles; those of system 1 are used" in "; ".join(again.notes)
    at = content.index(bytes([33]), 1000) + 8
    path.write_bytes(content[:at] + b"\xff\xff\xff" + content[at + 3 :])
    assert "1 damaged messages of track left out" in tlog_track(path).notes


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = dataflash(tmp_path / "a.bin", ATT=ATTITUDE)
    with pytest.raises(FlightError, match=r"a\.bin: it holds no positions: .*LOG_BITMASK"):
        dataflash_track(path)
    path = dataflash(tmp_path / "a.bin", AHR2={**SECOND, "Lat": 0.0, "Lng": 0.0})
    with pytest.raises(FlightError, match=r"a\.bin: all its positions are at 0°, 0°"):
        dataflash_track(path)
    path = dataflash(
        tmp_path / "a.bin",
        POS=places(
            Lat=np.where(SINCE_S < 1, 0, LATITUDE_DEG), Lng=np.where(SINCE_S < 1, 0, LONGITUDE_DEG)
        ),
    )
    assert "5 positions of a.bin at 0°, 0° left out" in dataflash_track(path).notes
    path.write_bytes(path.read_bytes()[:400])
    with pytest.raises(FlightError, match=r"a\.bin: it holds no positions"):
        dataflash_track(path)
    path = tlog(tmp_path / "a.tlog")
    path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(FlightError, match=r"a\.tlog: it holds no positions \(GLOBAL_POSITION_INT"):
        tlog_track(path)


MADE: dict[str, tuple[Callable[[Path], Path], Callable[[Path], object]]] = {
    "a.bin": (lambda path: dataflash(path, GPS=gps(), POS=places()), dataflash_track),
    "a.tlog": (tlog, tlog_track),
}


@pytest.mark.parametrize("name", MADE)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(share=st.floats(0.0, 1.0), flips=st.lists(st.floats(0.0, 1.0, exclude_max=True), max_size=5))
def test_damaged_logs_are_one_error_or_a_track(
    name: str, share: float, flips: list[float], tmp_path: Path
) -> None:
    make, read = MADE[name]
    path = tmp_path / name
    if not path.exists():
        make(tmp_path / "whole").replace(path)
        path.with_suffix(".whole").write_bytes(path.read_bytes())
    content = bytearray(path.with_suffix(".whole").read_bytes())
    for place in flips:
        content[int(place * len(content))] ^= 0x5A
    path.write_bytes(content[: int(share * len(content))])
    try:
        track = read(path)
    except FlightError as error:
        assert name in str(error)
        return
    assert track.time_s.size == track.latitude_deg.size > 0


@pytest.mark.parametrize(
    ("module", "read"),
    [("pymavlink.DFReader", dataflash_track), ("pymavlink.dialects.v20", tlog_track)],
)
def test_an_extra_that_is_not_installed(
    module: str, read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(FlightError, match=r"read by pymavlink; .* extra positions"):
        read(tmp_path / "a")
