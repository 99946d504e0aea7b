"""Readers for raw AERPAW logs and for folders of the published AFAR release.

Raw logs are `*_power_log.txt` and `*_quality_log.txt` of the channel sounder and `*_vehicleOut.txt`
of the GPS logger, which has two forms. A release has `power_log.csv`, `quality_log.csv` and
`log.csv`, without headers.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.readers.joined import Series, Track, join
from rfsl.flights.readers.text import whole_lines
from rfsl.flights.readers.times import unix_s
from rfsl.geometry.frames import LocalFrame

POWER_SUFFIX, QUALITY_SUFFIX = "_power_log.txt", "_quality_log.txt"
VEHICLE_SUFFIX = "_vehicleOut.txt"
RELEASE_FILES = ("power_log.csv", "quality_log.csv", "log.csv")

_SOUNDER_LINE = re.compile(r"\[(?P<time>[^\]]+)\]\s+[0-7]+\s+(?P<value>\S+)\s*$")
_VEHICLE_LINE = re.compile(r"\d+(,-?\d+\.\d+){3},.*\d{4}-\d\d-\d\d \d\d:\d\d")
#: Bytes that hold the first line of a log.
_LONGEST_LINE = 4096
#: The logger writes radians; larger angles can only be degrees.
_LARGEST_RAD = 2.0 * np.pi
#: A log with a larger share of unreadable lines has another format.
_MAXIMUM_BAD_SHARE = 0.05


def read_raw_logs(
    power: str | Path,
    quality: str | Path | None,
    vehicle: str | Path,
    frame: LocalFrame,
    settings: FlightSettings,
    positions_offset_s: float = 0.0,
) -> Flight:
    """Read the sounder's power and quality logs, with positions from the GPS logger.

    Args:
        power, quality, vehicle: files of one flight; quality may be None.
        frame: local frame of the positions.
        settings: how the log is checked and cut.
        positions_offset_s: added to the clock of the positions.

    Raises:
        FlightError: a file has another format (the message has the first such line), the logs do
            not overlap in time, or they hold no flight (see `cut_flight`).
    """
    flight = join(
        sounder_log(Path(power)),
        None if quality is None else sounder_log(Path(quality)),
        replace(vehicle_log(Path(vehicle)), offset_s=positions_offset_s),
        frame,
        settings,
    )
    return cut_flight(flight, settings, str(power))


def read_release(
    folder: str | Path,
    frame: LocalFrame,
    settings: FlightSettings,
    positions_offset_s: float = 0.0,
) -> Flight:
    """Read a folder of the published AFAR release.

    Its power and quality logs hold Unix time and value; the position log holds longitude, latitude,
    height and Unix time.

    Raises:
        FlightError: see `read_raw_logs`.
    """
    power, quality, positions = (Path(folder) / name for name in RELEASE_FILES)
    read, notes = _numbers(positions, 4)
    places = (read[:, 3], read[:, 1], read[:, 0], read[:, 2])
    track = Track(str(positions), *places, None, notes, positions_offset_s)
    series = _release_series(quality) if quality.is_file() else None
    flight = join(_release_series(power), series, track, frame, settings)
    return cut_flight(flight, settings, str(power))


def _release_series(path: Path) -> Series:
    values, notes = _numbers(path, 2)
    return Series(str(path), values[:, 0], values[:, 1], notes)


def is_sounder_log(path: Path) -> bool:
    """Whether the first line of a file is one of the channel sounder's."""
    return _SOUNDER_LINE.match(_first_line(path)) is not None


def is_vehicle_log(path: Path) -> bool:
    """Whether the first line of a file is one of the GPS logger's."""
    return _VEHICLE_LINE.match(_first_line(path)) is not None


def _first_line(path: Path) -> str:
    """The first line of a file that is not blank; bytes that are no text are replaced."""
    with path.open("rb") as file:
        lines = file.read(_LONGEST_LINE).decode("utf-8-sig", "replace").splitlines()
    return next((line for line in lines if line.strip()), "")


def sounder_log(path: Path) -> Series:
    """Readings of a power or quality log.

    Raises:
        FlightError: more than 5 % of its lines have another form.
    """
    lines, notes = whole_lines(path)
    times_s, values, bad = [], [], []
    for number, line in lines:
        match = _SOUNDER_LINE.match(line)
        try:
            if match is None:
                raise ValueError
            time_s, value = unix_s(match["time"]), float(match["value"])
        except ValueError:
            bad.append((number, line))
            continue
        times_s.append(time_s)
        values.append(value)
    left_out = _check_bad(path, bad, len(values), "[local time] octal offset, number")
    # The sounder ends its log with an offset without a value; that is no fault.
    if not (len(bad) == 1 and lines and bad[0] == lines[-1]):
        notes += left_out
    return Series(str(path), np.array(times_s), np.array(values), tuple(notes))


def vehicle_log(path: Path) -> Track:
    """Positions from either form: with voltage and battery, or with attitude and velocity.

    Raises:
        FlightError: more than 5 % of its lines have another form.
    """
    lines, notes = whole_lines(path)
    rows, attitudes, bad = [], [], []
    for number, line in lines:
        groups = re.findall(r'"\(([^)]*)\)"', line)
        fields = re.sub(r'"\([^)]*\)"', "", line).split(",")
        try:
            longitude, latitude, height = (float(value) for value in fields[1:4])
            time_s = unix_s(next(field for field in fields[4:] if "-" in field and ":" in field))
            pitch, yaw, roll = (
                (float(value) for value in groups[0].split(",")) if groups else (np.nan,) * 3
            )
        except (ValueError, StopIteration):
            bad.append((number, line))
            continue
        rows.append((time_s, latitude, longitude, height))
        attitudes.append((roll, pitch, yaw))
    notes += _check_bad(
        path, bad, len(rows), "index, longitude, latitude, height, ..., local time, ..."
    )
    values = np.array(rows)
    attitude_rad = _attitude_rad(np.array(attitudes), path, notes)
    return Track(
        str(path),
        values[:, 0],
        values[:, 1],
        values[:, 2],
        values[:, 3],
        attitude_rad,
        tuple(notes),
    )


def _attitude_rad(angles: FloatArray, path: Path, notes: list[str]) -> FloatArray | None:
    """Logged angles (N, 3) in radians; None for the older form, which has none.

    They are read as degrees if more than 5 % are beyond 2π, and a note is added. Single impossible
    angles become NaN.
    """
    if np.isfinite(angles).all(axis=1).mean() <= 0.5:
        return None
    if (np.abs(angles) > _LARGEST_RAD).any(axis=1).mean() > _MAXIMUM_BAD_SHARE:
        angles = np.radians(angles)
        notes.append(f"{path.name} has its attitude in degrees")
    return np.where(np.abs(angles) <= _LARGEST_RAD, angles, np.nan)


def _numbers(path: Path, columns: int) -> tuple[FloatArray, tuple[str, ...]]:
    """Rows (N, columns) of numbers, and notes on what was left out."""
    lines, notes = whole_lines(path)
    rows, bad = [], []
    for number, line in lines:
        try:
            row = [float(value) for value in line.split(",")]
        except ValueError:
            row = []
        if len(row) == columns:
            rows.append(row)
        else:
            bad.append((number, line))
    notes += _check_bad(path, bad, len(rows), f"{columns} numbers separated by commas")
    return np.array(rows), tuple(notes)


def _check_bad(path: Path, bad: list[tuple[int, str]], good: int, form: str) -> list[str]:
    """A note on lines that could not be read; a FlightError if there are too many of them."""
    if good == 0 or len(bad) > 1 + _MAXIMUM_BAD_SHARE * good:
        where = f"line {bad[0][0]} is {bad[0][1][:60]!r}" if bad else "it holds no whole lines"
        raise FlightError(
            f"{path}: {len(bad)} of {len(bad) + good} lines are not of the form «{form}»; {where}"
        )
    if not bad:
        return []
    return [f"{len(bad)} unreadable lines of {path.name} left out, the first is line {bad[0][0]}"]
