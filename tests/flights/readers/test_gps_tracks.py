"""Positions from PX4 logs and GPX files that the test writes, beside a table of the power."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from support.bad_logs import SETTINGS
from support.logs import START_S, stamp

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.readers.gpx import gpx_track
from rfsl.flights.readers.logs import read_log
from rfsl.flights.readers.ulog import ulog_track
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
#: The flight at 5 Hz, since the UAV was switched on, and the ground's height above sea level.
SINCE_S, BOOT_S, GROUND_M = np.arange(500) / 5.0, 40.0, 97.0
LATITUDE_DEG, LONGITUDE_DEG = FRAME.to_geodetic(3.0 * SINCE_S, 100.0 + 0.0 * SINCE_S)
HEIGHT_M = np.minimum(4.0 * SINCE_S, 40.0)
TYPES = {"timestamp": ("uint64_t", "Q"), "time_utc_usec": ("uint64_t", "Q")}
TYPES |= {"fix_type": ("uint8_t", "B")} | dict.fromkeys(("lat32", "lon32"), ("int32_t", "i"))


def ulog(path: Path, messages: Mapping[str, Mapping[str, np.ndarray]]) -> Path:
    """A ULog by its published format: definitions, then one record for each row."""

    def record(kind: bytes, body: bytes) -> bytes:
        return struct.pack("<Hc", len(body), kind) + body

    content = b"ULog\x01\x12\x35\x01" + struct.pack("<Q", 0)
    subscriptions = b""
    for number, (message, columns) in enumerate(messages.items()):
        kinds = [TYPES.get(name, ("double", "d")) for name in columns]
        kinds = [
            ("int32_t", "i") if column.dtype == np.int32 else kind
            for kind, column in zip(kinds, columns.values(), strict=True)
        ]
        fields = "".join(f"{kind} {name};" for (kind, _), name in zip(kinds, columns, strict=True))
        content += record(b"F", f"{message}:{fields}".encode())
        subscriptions += record(b"A", struct.pack("<BH", 0, number) + message.encode())
        form = "<H" + "".join(letter for _, letter in kinds)
        for row in zip(*columns.values(), strict=True):
            subscriptions += record(b"D", struct.pack(form, number, *(v.item() for v in row)))
    path.write_bytes(content + subscriptions)
    return path


def stamps(time_s: np.ndarray) -> np.ndarray:
    return np.round(1e6 * (BOOT_S + time_s)).astype(np.uint64)


def gps(**places: np.ndarray) -> dict[str, np.ndarray]:
    """Messages of the GPS; the first five have neither a fix nor the time."""
    fixed = np.arange(500) >= 5
    utc_us = np.where(fixed, np.round(1e6 * (START_S + SINCE_S)), 0.0).astype(np.uint64)
    fix = np.where(fixed, 3, 0).astype(np.uint8)
    return {"timestamp": stamps(SINCE_S), "time_utc_usec": utc_us, "fix_type": fix, **places}


def attitude() -> dict[str, np.ndarray]:
    """East, nose up by 2°, right wing down by 5°, from the front-right-down to north-east-down."""
    turn = Rotation.from_euler("ZYX", [90.0, 2.0, 5.0], degrees=True).as_quat()
    time_s = np.arange(0.0, 100.0, 0.7)
    columns = {f"q[{i}]": np.full(time_s.size, turn[(i - 1) % 4]) for i in range(4)}
    return {"timestamp": stamps(time_s), **columns}


def positions() -> dict[str, np.ndarray]:
    return {
        "timestamp": stamps(SINCE_S),
        "lat": LATITUDE_DEG,
        "lon": LONGITUDE_DEG,
        "alt": GROUND_M + HEIGHT_M,
    }


def whole_numbers() -> dict[str, np.ndarray]:
    """Places of the GPS as older versions of PX4 log them."""
    return {
        "lat": np.round(LATITUDE_DEG * 1e7).astype(np.int32),
        "lon": np.round(LONGITUDE_DEG * 1e7).astype(np.int32),
        "alt": np.round(1e3 * (GROUND_M + HEIGHT_M)).astype(np.int32),
    }


def degrees() -> dict[str, np.ndarray]:
    """Places of the GPS as newer versions log them."""
    return {
        "latitude_deg": LATITUDE_DEG,
        "longitude_deg": LONGITUDE_DEG,
        "altitude_msl_m": GROUND_M + HEIGHT_M,
    }


def gpx(path: Path) -> Path:
    points = "".join(
        f'<trkpt lat="{lat:.8f}" lon="{lon:.8f}"><ele>{GROUND_M + up:.3f}</ele>'
        f"<time>{stamp(START_S + t).replace(' ', 'T')}Z</time></trkpt>"
        for lat, lon, up, t in zip(LATITUDE_DEG, LONGITUDE_DEG, HEIGHT_M, SINCE_S, strict=True)
    )
    root = '<gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1">'
    path.write_text(f'<?xml version="1.0"?>\n{root}<trk><trkseg>{points}</trkseg></trk></gpx>\n')
    return path


@pytest.fixture
def power(tmp_path: Path) -> Path:
    path = tmp_path / "power.csv"
    time_s = START_S + 5.0 + np.arange(900) / 10.0
    rss_db = -60.0 + 10.0 * np.sin(np.arange(900) / 50.0)
    pd.DataFrame({"time_s": time_s, "rss_db": rss_db}).to_csv(path, index=False)
    return path


@pytest.mark.parametrize("kind", ["estimator", "gps", "newer gps", "gpx"])
def test_positions_of_every_kind(kind: str, power: Path, tmp_path: Path) -> None:
    path = tmp_path / "track"
    if kind == "estimator":
        ulog(path, {
            "vehicle_global_position": positions(),
            "vehicle_gps_position": gps(**whole_numbers()),
            "vehicle_attitude": attitude(),
        })  # fmt: skip
    elif kind == "gpx":
        gpx(path)
    else:
        places = degrees() if kind == "newer gps" else whole_numbers()
        ulog(path, {"vehicle_gps_position": gps(**places), "vehicle_attitude": attitude()})
    found = read_log(power, FRAME, SETTINGS, path)
    since_s = found.time_s + found.position_m[0, 0] / 3.0
    np.testing.assert_allclose(found.position_m[:, 0], 3.0 * since_s, atol=0.05)
    np.testing.assert_allclose(found.position_m[:, 1], 100.0, atol=0.05)
    # The GPS has its first fix in the fifth reading, 4 m above the ground.
    lower_m = 4.0 if "gps" in kind else 0.0
    assert found.position_m[-1, 2] == pytest.approx(40.0 - lower_m, abs=0.01)
    assert f"heights of track are above its first position ({GROUND_M + lower_m:.0f} m)" in (
        "; ".join(found.notes)
    )
    angles = [0.0, 0.0, 90.0] if kind == "gpx" else [5.0, 2.0, 90.0]
    np.testing.assert_allclose(np.degrees(found.attitude_rad), [angles] * len(found), atol=0.1)
    with pytest.raises(FlightError, match="track: it holds positions; name the log of the power"):
        read_log(path, FRAME, SETTINGS)


def test_a_log_without_unix_time(power: Path, tmp_path: Path) -> None:
    path = ulog(tmp_path / "a.ulg", {"vehicle_global_position": positions()})
    track = ulog_track(path)
    np.testing.assert_allclose(track.time_s, BOOT_S + SINCE_S)
    assert "a.ulg knows no Unix time: its times are since the start of the UAV" in track.notes
    assert track.attitude_rad is None
    with pytest.raises(FlightError, match="do not overlap in time"):
        read_log(power, FRAME, SETTINGS, path)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    path = ulog(tmp_path / "a.ulg", {"vehicle_attitude": attitude()})
    with pytest.raises(FlightError, match="it holds neither vehicle_global_position nor a fix"):
        ulog_track(path)
    path = gpx(tmp_path / "a.gpx")
    text = path.read_text()
    path.write_text(text.replace("<ele>", "<x>").replace("</ele>", "</x>"))
    with pytest.raises(FlightError, match=r"none of its 500 points has a time .* and an elevation"):
        gpx_track(path)
    path.write_text(text.replace("<time>", "<x>", 1).replace("</time>", "</x>", 1))
    assert "1 points without time or elevation left out" in gpx_track(path).notes
    path.write_text('<!DOCTYPE gpx [<!ENTITY a "b">]>' + text)
    with pytest.raises(FlightError, match="it has a document type"):
        gpx_track(path)
    path.write_text(text[: len(text) // 2])
    with pytest.raises(FlightError, match=r"a\.gpx: cannot be read as GPX"):
        gpx_track(path)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(share=st.floats(0.0, 1.0), flips=st.lists(st.floats(0.0, 1.0, exclude_max=True), max_size=5))
def test_damaged_logs_are_one_error_or_a_track(
    share: float, flips: list[float], tmp_path: Path
) -> None:
    path = ulog(tmp_path / "a.ulg", {"vehicle_gps_position": gps(**whole_numbers())})
    content = bytearray(path.read_bytes())
    for place in flips:
        content[int(place * len(content))] ^= 0x5A
    path.write_bytes(content[: int(share * len(content))])
    try:
        track = ulog_track(path)
    except FlightError as error:
        assert "a.ulg" in str(error)
        return
    assert track.time_s.size == track.latitude_deg.size > 0


@pytest.mark.parametrize("package", ["pyulog", "gpxpy"])
def test_an_extra_that_is_not_installed(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    read = {"pyulog": ulog_track, "gpxpy": gpx_track}[package]
    with pytest.raises(FlightError, match=rf"read by {package}; install .* its extra positions"):
        read(tmp_path / "a")
