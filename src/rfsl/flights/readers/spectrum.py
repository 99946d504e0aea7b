"""Scans of a spectrum by rtl_power, and by programs that write the same lines.

Such programs are hackrf_sweep, soapy_power and rtl_power_fftw in one of its formats. A line is the
power in the bins of a range of frequencies (https://github.com/osmocom/rtl-sdr, rtl_power.c):

    date, time, Hz low, Hz high, Hz step, samples, dB, dB, ...

The time is the computer's local time, without a zone, at the end of the measurement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError, did_you_mean
from rfsl.flights.readers.content import start_of
from rfsl.flights.readers.joined import Series
from rfsl.flights.readers.text import whole_lines
from rfsl.flights.readers.times import unix_s

#: What `flights.where` names.
FREQUENCY = "frequency_hz"
_NUMBER = r"\s*[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?\s*"
_LINE = re.compile(
    r"\s*(?P<date>\d{4}-\d\d-\d\d)\s*,\s*(?P<time>\d\d:\d\d:\d\d(?:\.\d+)?)\s*,"
    rf"(?P<low>{_NUMBER}),(?P<high>{_NUMBER}),(?P<step>{_NUMBER}),{_NUMBER},(?P<powers>[^\n]*)"
)
#: Bytes that hold the begin of the first line.
_START = 4096
#: A log with a larger share of unreadable lines has another format.
_MAXIMUM_BAD_SHARE = 0.05


@dataclass(frozen=True)
class _Range:
    """The lines of one range of frequencies.

    Attributes:
        centre_hz: (K,) of its bins.
        time_s: (S,) of its lines.
        power_db: (S, K) of its lines.
    """

    centre_hz: FloatArray
    time_s: list[float] = field(default_factory=list)
    power_db: list[FloatArray] = field(default_factory=list)

    def apart_hz(self, frequency_hz: float) -> float:
        """Distance of a frequency from the nearest bin."""
        return float(np.abs(self.centre_hz - frequency_hz).min())

    def strongest(self) -> tuple[float, float]:
        """The largest median of a bin, and the frequency of that bin."""
        power_db = np.array(self.power_db)
        median_db = np.median(np.where(np.isfinite(power_db), power_db, -np.inf), axis=0)
        best = int(np.argmax(median_db))
        return float(median_db[best]), float(self.centre_hz[best])


def is_scan(path: Path) -> bool:
    """Whether the first line of a file is one of rtl_power."""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(b"\x1f\x8b"):
        start = start_of(path, _START)
    return _LINE.match(start.decode("utf-8-sig", "replace")) is not None


def scan_series(path: Path, where: Mapping[str, str], carrier_hz: float | None) -> Series:
    """The power at one frequency: that of the nearest bin.

    The frequency is the one that the user asks for (`flights.where`); else the carrier's, if the
    scan covers it; else that of the bin with the largest median power. A note says which.

    Args:
        path: the scan.
        where: `flights.where`; only `frequency_hz` can be named.
        carrier_hz: frequency of the source by the config.

    Raises:
        FlightError: more than 5 % of the lines have another form, `where` names something else, or
            the scan does not cover the frequency asked for.
    """
    asked_hz = _asked_hz(path, where)
    ranges, notes = _ranges(path)
    _, strongest_hz = max(found.strongest() for found in ranges)
    wanted_hz = carrier_hz if asked_hz is None else asked_hz
    covering = [] if wanted_hz is None else [r for r in ranges if _covers(r, wanted_hz)]
    if asked_hz is not None and not covering:
        limits = ", ".join(
            f"{r.centre_hz[0] / 1e6:g} to {r.centre_hz[-1] / 1e6:g} MHz" for r in ranges[:6]
        )
        raise FlightError(
            f"{path}: the scan does not cover {FREQUENCY}={where[FREQUENCY]} (flights.where, "
            f"--where). It covers {limits}"
        )
    if covering and wanted_hz is not None:
        used_hz = wanted_hz
        why = "as asked" if asked_hz is not None else "scenario.frequency_hz, --frequency"
    else:
        used_hz = strongest_hz
        why = "the bin with the largest median power, since the scan does not cover "
        why += "scenario.frequency_hz (--frequency)"
        covering = [r for r in ranges if _covers(r, used_hz)]
    chosen = min(covering, key=lambda r: (r.apart_hz(used_hz), -len(r.time_s)))
    place = int(np.argmin(np.abs(chosen.centre_hz - used_hz)))
    bin_hz = float(chosen.centre_hz[place])
    notes.append(f"power of {path.name} is that of its bin at {_mhz(bin_hz)} ({why})")
    if abs(strongest_hz - bin_hz) > 1.0:
        notes.append(
            f"the bin of {path.name} with the largest median power is at {_mhz(strongest_hz)}; "
            f"--where {FREQUENCY}={strongest_hz:.0f} takes it"
        )
    values = np.array([row[place] for row in chosen.power_db])
    return Series(str(path), np.array(chosen.time_s), values, tuple(notes))


def _asked_hz(path: Path, where: Mapping[str, str]) -> float | None:
    others = [name for name in where if name != FREQUENCY]
    if others:
        raise FlightError(
            f"{path}: there is no column {others[0]}, which flights.where (--where) names."
            f"{did_you_mean(others[:1], [FREQUENCY])} A scan has {FREQUENCY} only"
        )
    if FREQUENCY not in where:
        return None
    try:
        found = float(where[FREQUENCY])
    except ValueError:
        found = np.nan
    if not np.isfinite(found):
        raise FlightError(
            f"{path}: found {FREQUENCY}={where[FREQUENCY]} (flights.where, --where); a number of "
            "hertz is needed, such as 433.92e6"
        )
    return found


def _covers(found: _Range, frequency_hz: float) -> bool:
    """Whether a frequency lies in a bin."""
    step_hz = float(np.diff(found.centre_hz).mean()) if found.centre_hz.size > 1 else 0.0
    width_hz = max(step_hz, 1.0)
    return found.apart_hz(frequency_hz) <= width_hz


def _ranges(path: Path) -> tuple[list[_Range], list[str]]:
    """The ranges of a scan, and notes on what was left out."""
    lines, notes = whole_lines(path)
    ranges: dict[tuple[str, ...], _Range] = {}
    bad: list[tuple[int, str]] = []
    for number, line in lines:
        match = _LINE.match(line)
        try:
            if match is None:
                raise ValueError
            time_s = unix_s(f"{match['date']} {match['time']}")
            powers_db = np.array([float(cell) for cell in match["powers"].strip(", \t").split(",")])
            key = (match["low"], match["high"], match["step"], str(powers_db.size))
            if key not in ranges:
                ranges[key] = _Range(_centres_hz(match, powers_db.size))
        except ValueError:
            bad.append((number, line))
            continue
        ranges[key].time_s.append(time_s)
        ranges[key].power_db.append(powers_db)
    if not ranges or len(bad) > 1 + _MAXIMUM_BAD_SHARE * len(lines):
        where = f"line {bad[0][0]} is {bad[0][1][:60]!r}" if bad else "it holds no whole lines"
        raise FlightError(
            f"{path}: {len(bad)} of {len(lines)} lines are not of the form «date, time, Hz low, "
            f"Hz high, Hz step, samples, dB, ...» of rtl_power; {where}"
        )
    if bad:
        notes.append(
            f"{len(bad)} unreadable lines of {path.name} left out, the first is line {bad[0][0]}"
        )
    return list(ranges.values()), notes


def _centres_hz(match: re.Match[str], count: int) -> FloatArray:
    """Frequencies (K,) of the bins of a line.

    rtl_power writes its last bin twice.

    Raises:
        ValueError: the range does not rise, or has no bins.
    """
    low_hz, high_hz, step_hz = (float(match[name]) for name in ("low", "high", "step"))
    if not (step_hz > 0.0 and high_hz > low_hz):
        raise ValueError
    centre_hz = low_hz + step_hz * np.arange(count)
    return np.minimum(centre_hz, high_hz)


def _mhz(frequency_hz: float) -> str:
    return f"{frequency_hz / 1e6:.6g} MHz"
