"""Positions from logs of autopilots and GPS receivers: PX4 (ULog) and GPX.

A ULog (https://docs.px4.io/main/en/dev_log/ulog_file_format.html) is read by pyulog, a GPX file
(https://www.topografix.com/gpx.asp) by gpxpy; both come with the extra `positions` of the package.
Their altitudes are above sea level, so heights are taken above the first position, where the UAV is
expected to stand on the ground.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError, install_extra
from rfsl.flights.readers.joined import Track
from rfsl.flights.readers.text import read_text

_ULOG = b"ULog\x01\x12\x35"
#: Bytes that hold the root of a GPX file.
_ROOT = 4096
_POSITIONS, _GPS, _ATTITUDE = "vehicle_global_position", "vehicle_gps_position", "vehicle_attitude"
#: Kind of a fix of the GPS in three dimensions.
_FIX_3D = 3
_EXTRA = install_extra("positions")


def is_ulog(path: Path) -> bool:
    """Whether a file is a ULog."""
    with path.open("rb") as file:
        return file.read(len(_ULOG)) == _ULOG


def is_gpx(path: Path) -> bool:
    """Whether a file is GPX."""
    with path.open("rb") as file:
        return b"<gpx" in file.read(_ROOT)


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
        raise FlightError(f"{path}: ULog files are read by pyulog; {_EXTRA}") from error
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
    height_m = _above_first(path, altitude_m, notes)
    attitude_rad = _attitude_rad(tables[_ATTITUDE], time_us) if _ATTITUDE in tables else None
    return Track(
        str(path), time_s, latitude_deg, longitude_deg, height_m, attitude_rad, tuple(notes)
    )


def gpx_track(path: Path) -> Track:
    """Positions of all tracks of a GPX file.

    Raises:
        FlightError: gpxpy is not installed, the file is no GPX file, or a point has no time or no
            elevation.
    """
    try:
        import gpxpy
    except ImportError as error:
        raise FlightError(f"{path}: GPX files are read by gpxpy; {_EXTRA}") from error
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FlightError(f"{path}: it has a document type, which may name other files; remove it")
    try:
        content = gpxpy.parse(text)
    except Exception as error:  # gpxpy raises many kinds on files that are not GPX
        raise FlightError(f"{path}: cannot be read as GPX ({error})") from error
    points = [point for point, *_ in content.walk()]
    rows = [
        (point.time.timestamp(), point.latitude, point.longitude, point.elevation)
        for point in points
        if point.time is not None and point.elevation is not None
    ]
    if not rows:
        raise FlightError(
            f"{path}: none of its {len(points)} points has a time (<time>) and an elevation (<ele>)"
        )
    notes = []
    if len(rows) < len(points):
        notes.append(f"{len(points) - len(rows)} points without time or elevation left out")
    time_s, latitude_deg, longitude_deg, altitude_m = np.array(rows, dtype=float).T
    height_m = _above_first(path, altitude_m, notes)
    return Track(str(path), time_s, latitude_deg, longitude_deg, height_m, None, tuple(notes))


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


def _above_first(path: Path, altitude_m: FloatArray, notes: list[str]) -> FloatArray:
    """Heights (N,) above the first position; a note says so."""
    first_m = (
        float(altitude_m[np.isfinite(altitude_m)][0]) if np.isfinite(altitude_m).any() else 0.0
    )
    notes.append(f"heights of {path.name} are above its first position ({first_m:.0f} m)")
    return np.asarray(altitude_m - first_m)


def _attitude_rad(attitude: dict[str, Any], time_us: FloatArray) -> FloatArray:
    """Roll, pitch and yaw (N, 3) at the times of the positions, from the quaternions of PX4.

    They turn the body frame (forward, right, down) into north, east, down, so the angles about z, y
    and x are yaw clockwise from north, pitch nose up and roll right wing down.
    """
    from scipy.spatial.transform import Rotation, Slerp

    quaternion = np.column_stack([attitude[f"q[{i}]"] for i in (1, 2, 3, 0)]).astype(float)
    good = np.isfinite(quaternion).all(axis=1) & (np.linalg.norm(quaternion, axis=1) > 0.5)
    times_us, first = np.unique(attitude["timestamp"][good], return_index=True)
    if times_us.size < 2:
        return np.zeros((time_us.size, 3))
    turns = Slerp(times_us.astype(float), Rotation.from_quat(quaternion[good][first]))
    inside = np.clip(time_us.astype(float), float(times_us[0]), float(times_us[-1]))
    return np.asarray(turns(inside).as_euler("ZYX")[:, ::-1])
