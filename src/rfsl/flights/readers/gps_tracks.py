"""Which logs of autopilots and GPS receivers are known, and what reads each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rfsl.flights.readers.dataflash import dataflash_track, is_dataflash
from rfsl.flights.readers.gpx import gpx_track, is_gpx
from rfsl.flights.readers.joined import Track
from rfsl.flights.readers.tlog import is_tlog, tlog_track
from rfsl.flights.readers.ulog import is_ulog, ulog_track

TRACK_FORMATS = (
    "a PX4 log (ULog), an ArduPilot log (DataFlash .bin), a MAVLink telemetry log (.tlog) or a GPX "
    "file"
)
_READERS = (
    (is_ulog, ulog_track),
    (is_dataflash, dataflash_track),
    (is_tlog, tlog_track),
    (is_gpx, gpx_track),
)


def track_reader(path: Path) -> Callable[[Path], Track] | None:
    """What reads the positions of a file, by its content; None if it is of none of these formats.

    The readers raise a FlightError if their library is not installed, or the file is damaged or
    holds no positions.
    """
    return next((read for recognizes, read in _READERS if recognizes(path)), None)
