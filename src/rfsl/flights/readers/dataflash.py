"""Positions from DataFlash logs (.bin) of the autopilot ArduPilot, read by pymavlink.

The messages: https://ardupilot.org/copter/docs/logmessages.html. Positions are those of the
estimator (`POS`), of the GPS (`GPS`) or of the second estimator (`AHR2`), the first of them that
is logged. The attitude is `ATT`, or that of `AHR2`. Heights are above the home position if `POS`
has them (`RelHomeAlt`), else above the first position. Times count from the start of the autopilot
(`TimeUS`); the GPS messages have week and milliseconds of GPS time beside it.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.readers.autopilots import (
    above_first,
    attitude_at,
    euler_turns,
    fixed,
    not_installed,
)
from rfsl.flights.readers.joined import Track

#: The first message describes the format of the messages: two marks, and its number.
_HEAD = b"\xa3\x95\x80"
#: Fields that are read of each message; those that a version lacks are NaN.
_FIELDS = {
    "GPS": ("TimeUS", "Lat", "Lng", "Alt", "Status", "GWk", "GMS", "I"),
    "POS": ("TimeUS", "Lat", "Lng", "Alt", "RelHomeAlt"),
    "AHR2": ("TimeUS", "Lat", "Lng", "Alt", "Roll", "Pitch", "Yaw"),
    "ATT": ("TimeUS", "Roll", "Pitch", "Yaw"),
}
#: Names and units of the same fields in versions before 2016, the first that a message has.
_OLDER = {"TimeUS": (("T", 1e3), ("TimeMS", 1e3)), "GWk": (("Week", 1),), "GMS": (("TimeMS", 1),)}
#: Kind of a fix of the GPS in three dimensions.
_FIX_3D = 3
#: Begin of GPS time in Unix time, and the leap seconds since then (18 since 2017).
_GPS_EPOCH_S, _LEAP_S, _WEEK_S = 315_964_800.0, 18.0, 604_800.0

Messages = Mapping[str, Mapping[str, FloatArray]]


def is_dataflash(path: Path) -> bool:
    """Whether a file is a binary DataFlash log."""
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD


def dataflash_track(path: Path) -> Track:
    """Positions and attitude of an ArduPilot log, in Unix time if its GPS knew it.

    Raises:
        FlightError: pymavlink is not installed, or the file is damaged or holds no positions.
    """
    messages, notes = _messages(path)
    gps = _first_receiver(messages.get("GPS", {}))
    found = _positions(path, messages, gps)
    known = fixed(path, found["Lat"], found["Lng"], notes) & np.isfinite(found["TimeUS"])
    if not known.any():
        raise FlightError(
            f"{path}: all its positions are at 0°, 0°, or have no time (TimeUS): the GPS had no "
            "fix, or the log is damaged"
        )
    found = {name: column[known] for name, column in found.items()}
    time_s = 1e-6 * found["TimeUS"]
    ahead_s = _clock_ahead_s(gps)
    if ahead_s is None:
        notes.append(f"{path.name} knows no Unix time: its times are since the start of the UAV")
    home_m = found.get("RelHomeAlt")
    if home_m is not None and np.isfinite(home_m).mean() > 0.5:
        height_m = home_m
        notes.append(f"heights of {path.name} are above its home position")
    else:
        height_m = above_first(path, found["Alt"], notes)
    return Track(
        str(path),
        time_s + (ahead_s or 0.0),
        found["Lat"],
        found["Lng"],
        height_m,
        _attitude_rad(messages, time_s),
        tuple(notes),
    )


def _messages(path: Path) -> tuple[Messages, list[str]]:
    """The columns of the messages that are read, and notes."""
    try:
        from pymavlink.DFReader import DFReader_binary
    except ImportError as error:
        raise not_installed(path, "ArduPilot logs", "pymavlink") from error
    rows: dict[str, list[list[float]]] = {name: [] for name in _FIELDS}
    log = DFReader_binary.__new__(DFReader_binary)
    said = io.StringIO()
    try:
        # pymavlink prints what it finds damaged, and goes on. Made in two steps, the log can be
        # closed even if it cannot be read.
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            log.__init__(str(path), zero_time_base=True)
            while (message := log.recv_match(type=list(_FIELDS), strict=True)) is not None:
                name = message.get_type()
                rows[name].append([_value(message, field) for field in _FIELDS[name]])
        tables = {
            name: dict(zip(_FIELDS[name], np.array(found, dtype=float).T, strict=True))
            for name, found in rows.items()
            if found
        }
    except Exception as error:  # pymavlink raises many kinds on damaged files
        raise FlightError(f"{path}: cannot be read as a DataFlash log ({error})") from error
    finally:
        log.filehandle.close()
    damaged = "bad" in said.getvalue() or "Failed" in said.getvalue()
    return tables, [f"{path.name} is damaged; what can be read is used"] if damaged else []


def _value(message: Any, field: str) -> float:
    """The number in a field of a message; NaN if its version has no such field."""
    for name, unit in ((field, 1), *_OLDER.get(field, ())):
        found = getattr(message, name, None)
        if found is not None:
            return float(found) * unit
    return np.nan


def _first_receiver(gps: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """The messages of the first GPS receiver that have a fix; older versions log only one."""
    if not gps:
        return {}
    chosen = ~(gps["I"] > 0.0) & (gps["Status"] >= _FIX_3D)
    return {name: column[chosen] for name, column in gps.items()}


def _positions(
    path: Path, messages: Messages, gps: Mapping[str, FloatArray]
) -> Mapping[str, FloatArray]:
    for found in (messages.get("POS", {}), gps, messages.get("AHR2", {})):
        if found and found["Lat"].size:
            return found
    raise FlightError(
        f"{path}: it holds no positions: neither POS nor AHR2, nor GPS with a fix; log them "
        "(LOG_BITMASK), or take another log of this flight"
    )


def _clock_ahead_s(gps: Mapping[str, FloatArray]) -> float | None:
    """How far Unix time is ahead of the autopilot's clock (s); None if the GPS never knew it."""
    if not gps:
        return None
    known = gps["GWk"] > 0.0
    if not known.any():
        return None
    unix_s = _GPS_EPOCH_S + _WEEK_S * gps["GWk"] + 1e-3 * gps["GMS"] - _LEAP_S
    ahead_s = float(np.nanmedian((unix_s - 1e-6 * gps["TimeUS"])[known]))
    return ahead_s if np.isfinite(ahead_s) else None


def _attitude_rad(messages: Messages, time_s: FloatArray) -> FloatArray | None:
    """Roll, pitch and yaw (N, 3) at the times of the positions; None if none are logged."""
    for name in ("ATT", "AHR2"):
        if name in messages:
            found = messages[name]
            angles = np.column_stack([found[angle] for angle in ("Roll", "Pitch", "Yaw")])
            good = np.isfinite(np.column_stack([angles, found["TimeUS"]])).all(axis=1)
            if good.sum() >= 2:
                turns = euler_turns(np.radians(angles[good]))
                return attitude_at(time_s, 1e-6 * found["TimeUS"][good], turns)
    return None
