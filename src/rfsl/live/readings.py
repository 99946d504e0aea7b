"""Readings that arrive one by one, and the two logs of our own that they are kept in.

A reading is a JSON object with a power, a position, or both:

    {"time_s": 1702477727.5, "rss_db": -61.2, "quality_db": 72.0}
    {"time_s": 1702477727.4, "latitude_deg": 35.7275, "longitude_deg": -78.696, "height_m": 30.0}

`time_s` is that of any clock in seconds which powers and positions share; without it, the time of
arrival counts. A position may have `roll_deg`, `pitch_deg` and `yaw_deg`.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from rfsl.errors import DataError

#: Columns of the two logs.
_POWER = ("time_s", "rss_db", "quality_db")
_POSITION = ("time_s", "latitude_deg", "longitude_deg", "height_m")
_ANGLES = ("roll_deg", "pitch_deg", "yaw_deg")
_KNOWN = {*_POWER, *_POSITION, *_ANGLES}
#: Names of the two logs.
POWER_LOG, POSITION_LOG = "power.csv", "positions.csv"


class BadReadingError(ValueError):
    """A line is no reading; the text says why."""


def parsed(line: str, now_s: float | None = None) -> dict[str, float]:
    """The values of a reading.

    Args:
        line: a JSON object.
        now_s: time of arrival, if the line has no `time_s`; None: that of the computer's clock.

    Raises:
        BadReadingError: it is no reading.

    Example:
        >>> parsed('{"time_s": 2, "rss_db": -60.5}')
        {'time_s': 2.0, 'rss_db': -60.5}
    """
    try:
        values = json.loads(line)
    except ValueError as error:
        raise BadReadingError(f"no JSON ({error})") from error
    if not isinstance(values, dict):
        raise BadReadingError("no JSON object")
    found: dict[str, float] = {"time_s": time.time() if now_s is None else now_s}
    for name in _KNOWN & values.keys():
        value = values[name]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadReadingError(f"{name} is {value!r}, and no number")
        try:
            number = float(value)
        except OverflowError as error:
            raise BadReadingError(f"{name} is larger than any number here") from error
        if math.isfinite(number):
            found[name] = number
    if "rss_db" not in found and not found.keys() >= set(_POSITION):
        raise BadReadingError(
            "neither rss_db nor latitude_deg, longitude_deg and height_m: "
            f"found {', '.join(sorted(values)) or 'nothing'}"
        )
    return found


@dataclass
class ReadingLogs:
    """The two logs of a live run: powers and positions, as tables that `rfsl localize` reads.

    A reading that the disk has no room for waits in memory until there is some.

    Attributes:
        folder: where they are.
        problem: why the last readings are not on the disk; empty if they are.
    """

    folder: Path
    problem: str = ""
    _waiting: dict[str, list[str]] = field(
        default_factory=lambda: {POWER_LOG: [], POSITION_LOG: []}
    )

    @property
    def power(self) -> Path:
        return self.folder / POWER_LOG

    @property
    def positions(self) -> Path:
        return self.folder / POSITION_LOG

    def open(self) -> None:
        """Make the folder; a line that a killed run left half-written is ended.

        Raises:
            DataError: the folder cannot be made, or a log not be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in (self.power, self.positions):
                if path.is_file() and path.stat().st_size:
                    with path.open("rb+") as file:
                        _cut_to_whole_lines(file)
        except OSError as error:
            raise DataError(f"{self.folder}: cannot be written ({error.strerror})") from error

    def last_s(self) -> float:
        """Time of the last power in the log; minus infinity if there is none."""
        if not self.power.is_file():
            return -math.inf
        *_, last = self.power.read_text(encoding="utf-8").splitlines() or [""]
        try:
            return float(last.partition(",")[0])
        except ValueError:  # the names of the columns
            return -math.inf

    def add(self, reading: Mapping[str, float]) -> None:
        """Keep a reading, as `parsed` gives it."""
        if "rss_db" in reading:
            self._waiting[POWER_LOG].append(_row(reading, _POWER))
        if reading.keys() >= set(_POSITION):
            self._waiting[POSITION_LOG].append(_row({**_LEVEL, **reading}, (*_POSITION, *_ANGLES)))

    def write(self) -> None:
        """Append what waits to the logs; if the disk has no room, it goes on waiting."""
        self.problem = ""
        for name, columns in ((POWER_LOG, _POWER), (POSITION_LOG, (*_POSITION, *_ANGLES))):
            if not self._waiting[name]:
                continue
            path = self.folder / name
            try:
                size = path.stat().st_size if path.is_file() else 0
                head = "" if size else ",".join(columns) + "\n"
                _append(path, size, head + "".join(self._waiting[name]))
                self._waiting[name].clear()
            except OSError as error:
                self.problem = f"{path} cannot be written: {error.strerror}"


#: Attitude where none was sent.
_LEVEL = dict.fromkeys(_ANGLES, 0.0)


def _row(values: Mapping[str, float], columns: tuple[str, ...]) -> str:
    return ",".join(f"{values[name]:.17g}" if name in values else "" for name in columns) + "\n"


def _append(path: Path, size: int, text: str) -> None:
    """Append a text whole, or leave the file as it was."""
    with path.open("ab") as file:
        try:
            file.write(text.encode())
            file.flush()
        except OSError:
            with path.open("rb+") as whole:
                whole.truncate(size)
            raise


def _cut_to_whole_lines(file: IO[bytes]) -> None:
    content = file.read()
    file.truncate(content.rfind(b"\n") + 1)
