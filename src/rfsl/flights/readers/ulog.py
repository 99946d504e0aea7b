"""Positions from ULogs, the logs of the autopilot PX4, read by pyulog of the extra `positions`.

The format: https://docs.px4.io/main/en/dev_log/ulog_file_format.html. Altitudes are above sea
level, so heights are taken above the first position.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.readers.autopilots import above_first, attitude_at, not_installed
from rfsl.flights.readers.joined import Track

_ULOG = b"ULog\x01\x12\x35"
_POSITIONS, _GPS, _ATTITUDE = "vehicle_global_position", "vehicle_gps_position", "vehicle_attitude"
#: Kind of a fix of the GPS in three dimensions.
_FIX_3D = 3


def is_ulog(path: Path) -> bool:
    """Whether a file is a ULog."""
    with path.open("rb") as file:
        return file.read(len(_ULOG)) == _ULOG


def ulog_track(path: Path) -> Track:
    """Positions and attitude of a PX4 log, in Unix time if its GPS knew it.

    Positions are those of the estimator (`vehicle_global_position`), or those of the GPS if the log
    has no others.

    Raises:
        FlightError: pyulog is not installed, or the file is damaged or holds no positions.
    """
    tables, notes = _ulog_tables(path)
    try:
        return _ulog_positions(path, tables, notes)
    except KeyError as error:
        raise FlightError(
            f"{path}: its messages lack the field {error}; the file is damaged, or of an unknown "
            "version"
        ) from error


def _ulog_tables(path: Path) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Messages of a ULog by their name, each a column for each field, and notes."""
    try:
        from pyulog import ULog
    except ImportError as error:
        raise not_installed(path, "ULog files", "pyulog") from error
    try:
        # pyulog prints what it finds damaged, and goes on.
        with path.open("rb") as file, contextlib.redirect_stdout(io.StringIO()):
            log = ULog(file, [_POSITIONS, _GPS, _ATTITUDE])
            tables = {item.name: item.data for item in log.data_list if item.multi_id == 0}
            damaged = bool(log.file_corruption)
    except Exception as error:  # pyulog raises many kinds on damaged files
        raise FlightError(f"{path}: cannot be read as ULog ({error})") from error
    return tables, [f"{path.name} is damaged; what can be read is used"] if damaged else []


def _ulog_positions(path: Path, tables: dict[str, dict[str, Any]], notes: list[str]) -> Track:
    gps = _fixes(tables[_GPS]) if _GPS in tables else None
    if _POSITIONS in tables:
        found = tables[_POSITIONS]
        places = (found["lat"], found["lon"], found["alt"])
    elif gps is not None and gps["timestamp"].size:
        found, places = gps, _gps_places(gps)
    else:
        raise FlightError(f"{path}: it holds neither {_POSITIONS} nor a fix of {_GPS}")
    latitude_deg, longitude_deg, altitude_m = (np.asarray(c, dtype=float) for c in places)
    time_us = found["timestamp"].astype(float)
    time_s = 1e-6 * time_us
    ahead_s = None if gps is None else _clock_ahead_s(gps)
    if ahead_s is None:
        notes.append(f"{path.name} knows no Unix time: its times are since the start of the UAV")
    else:
        time_s = time_s + ahead_s
    height_m = above_first(path, altitude_m, notes)
    attitude_rad = _attitude_rad(tables[_ATTITUDE], time_us) if _ATTITUDE in tables else None
    return Track(
        str(path), time_s, latitude_deg, longitude_deg, height_m, attitude_rad, tuple(notes)
    )


def _fixes(gps: dict[str, Any]) -> dict[str, Any]:
    """The messages of the GPS that have a fix."""
    fixed = gps["fix_type"] >= _FIX_3D
    return {name: column[fixed] for name, column in gps.items()}


def _clock_ahead_s(gps: dict[str, Any]) -> float | None:
    """How far Unix time is ahead of the UAV's clock (s); None if the GPS never knew it."""
    known = gps["time_utc_usec"] > 0
    if not known.any():
        return None
    ahead_us = gps["time_utc_usec"][known].astype(float) - gps["timestamp"][known]
    return 1e-6 * float(np.median(ahead_us))


def _gps_places(gps: dict[str, Any]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Latitude, longitude (deg) and altitude (m) of the GPS; older logs have whole numbers."""
    if "latitude_deg" in gps:
        return gps["latitude_deg"], gps["longitude_deg"], gps["altitude_msl_m"]
    return gps["lat"] * 1e-7, gps["lon"] * 1e-7, gps["alt"] * 1e-3


def _attitude_rad(attitude: dict[str, Any], time_us: FloatArray) -> FloatArray:
    """Roll, pitch and yaw (N, 3) at the times of the positions, from the quaternions of PX4."""
    from scipy.spatial.transform import Rotation

    quaternion = np.column_stack([attitude[f"q[{i}]"] for i in (1, 2, 3, 0)]).astype(float)
    good = np.isfinite(quaternion).all(axis=1) & (np.linalg.norm(quaternion, axis=1) > 0.5)
    if not good.any():
        return np.zeros((time_us.size, 3))
    turned_us = attitude["timestamp"][good].astype(float)
    found = attitude_at(time_us, turned_us, Rotation.from_quat(quaternion[good]))
    return np.zeros((time_us.size, 3)) if found is None else found
