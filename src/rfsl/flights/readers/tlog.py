"""Positions from MAVLink telemetry logs (.tlog), decoded by pymavlink.

Ground stations (Mission Planner, QGroundControl, MAVProxy) write each message that they receive
behind the Unix time of their own clock, in microseconds (https://mavlink.io/en/,
https://ardupilot.org/planner/docs/mission-planner-telemetry-logs.html). Positions are
`GLOBAL_POSITION_INT`, with heights above the home position, and the attitude is `ATTITUDE`.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.readers.autopilots import attitude_at, euler_turns, fixed, not_installed
from rfsl.flights.readers.content import read_bytes
from rfsl.flights.readers.joined import Track

#: First byte of a message of MAVLink 1 and 2; bytes around its content; bytes of a signature.
_FRAMES = {0xFE: 8, 0xFD: 12}
_SIGNATURE = 13
#: Numbers of the messages.
_ATTITUDE, _POSITION = 30, 33
#: Times of a log are of these years (2000 to 2100), and differ by three days at the most.
_FIRST_US, _LAST_US, _APART_US = 946_684_800_000_000, 4_102_444_800_000_000, 259_200_000_000

#: Who sent a message: its system and its component.
Sender = tuple[int, int]


def is_tlog(path: Path) -> bool:
    """Whether a file begins with the time and the first byte of a MAVLink message."""
    with path.open("rb") as file:
        return _time_us(file.read(10), 0) is not None


def tlog_track(path: Path) -> Track:
    """Positions and attitude of the vehicle that sent most positions, in Unix time.

    Raises:
        FlightError: pymavlink is not installed, or the file is damaged or holds no positions.
    """
    positions, attitudes, damaged = _messages(path)
    notes = [f"{damaged} damaged messages of {path.name} left out"] if damaged else []
    if not positions:
        raise FlightError(
            f"{path}: it holds no positions (GLOBAL_POSITION_INT); take another log of this flight"
        )
    counts = Counter(sender for sender, *_ in positions)
    vehicle, count = counts.most_common(1)[0]
    if len(counts) > 1:
        notes.append(
            f"{path.name} has positions of {len(counts)} vehicles; those of system {vehicle[0]} "
            f"are used ({count} of {len(positions)})"
        )
    time_s, latitude_deg, longitude_deg, height_m = _of(vehicle, positions).T
    known = fixed(path, latitude_deg, longitude_deg, notes)
    if not known.any():
        raise FlightError(f"{path}: all its positions are at 0°, 0°; the GPS had no fix")
    notes.append(f"heights of {path.name} are above its home position")
    turned = _of(vehicle, attitudes)
    turned = turned[np.isfinite(turned).all(axis=1)]
    attitude_rad = None
    if len(turned):
        attitude_rad = attitude_at(time_s[known], turned[:, 0], euler_turns(turned[:, 1:]))
    return Track(
        str(path),
        time_s[known],
        latitude_deg[known],
        longitude_deg[known],
        height_m[known],
        attitude_rad,
        tuple(notes),
    )


Rows = list[tuple[Sender, float, float, float, float]]


def _of(vehicle: Sender, rows: Rows) -> FloatArray:
    """The numbers (N, 4) of one sender."""
    return np.array([row for sender, *row in rows if sender == vehicle], dtype=float).reshape(-1, 4)


def _messages(path: Path) -> tuple[Rows, Rows, int]:
    """Positions (time, deg, deg, m), attitudes (time, rad, rad, rad), number of damaged ones."""
    try:
        from pymavlink.dialects.v20 import common
    except ImportError as error:
        raise not_installed(path, "MAVLink telemetry logs", "pymavlink") from error
    decoder = common.MAVLink(None)
    positions: Rows = []
    attitudes: Rows = []
    damaged = 0
    for time_us, frame in _frames(read_bytes(path)):
        try:
            message: Any = decoder.decode(bytearray(frame))
        except common.MAVError:
            damaged += 1
            continue
        sender, time_s = (message.get_srcSystem(), message.get_srcComponent()), 1e-6 * time_us
        if message.get_msgId() == _POSITION:
            place = (1e-7 * message.lat, 1e-7 * message.lon, 1e-3 * message.relative_alt)
            positions.append((sender, time_s, *place))
        else:
            attitudes.append((sender, time_s, message.roll, message.pitch, message.yaw))
    return positions, attitudes, damaged


def _frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Times (µs) and bytes of the messages that are read; what is no message is passed over."""
    at, before_us = 0, None
    while at + 10 <= len(content):
        time_us = _time_us(content, at, before_us)
        if time_us is None:
            at += 1
            continue
        first = at + 8
        version_2 = content[first] == 0xFD
        end = first + content[first + 1] + _FRAMES[content[first]]
        if version_2 and end < len(content) and content[first + 2] & 1:
            end += _SIGNATURE
        frame = content[first:end]
        if end > len(content):
            return
        number = int.from_bytes(frame[7:10], "little") if version_2 else frame[5]
        if number in (_ATTITUDE, _POSITION):
            yield time_us, frame
        at, before_us = end, time_us


def _time_us(content: bytes, at: int, before_us: int | None = None) -> int | None:
    """The time before a message at this place; None if there is none."""
    if at + 10 > len(content) or content[at + 8] not in _FRAMES:
        return None
    (time_us,) = struct.unpack_from(">Q", content, at)
    if not _FIRST_US < time_us < _LAST_US:
        return None
    return None if before_us is not None and abs(time_us - before_us) > _APART_US else time_us
