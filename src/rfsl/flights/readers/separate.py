"""Power and positions in separate files of any kind, joined by their clock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rfsl.config.flights import ColumnName, FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.readers.aerpaw import is_sounder_log, is_vehicle_log, sounder_log, vehicle_log
from rfsl.flights.readers.gps_tracks import TRACK_FORMATS, track_reader
from rfsl.flights.readers.joined import Series, Track, join
from rfsl.flights.readers.spectrum import is_scan, scan_series
from rfsl.flights.readers.tables import ANGLES, open_table, used_rows
from rfsl.geometry.frames import LocalFrame

_POWER: tuple[ColumnName, ...] = ("time_s", "rss_db")
_QUALITY: tuple[ColumnName, ...] = ("quality_db",)
_POSITION: tuple[ColumnName, ...] = ("time_s", "latitude_deg", "longitude_deg", "height_m")


def read_separate(
    power: Path,
    positions: Path,
    frame: LocalFrame,
    settings: FlightSettings,
    positions_offset_s: float = 0.0,
    carrier_hz: float | None = None,
) -> Flight:
    """The flight of a log of power and a log of positions.

    Args:
        power: a table with `time_s` and `rss_db`, a power log of the AERPAW sounder, a console log
            of srsUE, or a scan of rtl_power.
        positions: a table with `time_s`, `latitude_deg`, `longitude_deg` and `height_m`, and angles
            if there are any, an AERPAW `*_vehicleOut.txt`, or a log of `gps_tracks`.
        frame: local frame of the positions.
        settings: names of the columns in both files, and how the log is checked and cut;
            `settings.where` chooses rows of the power, or the frequency of a scan.
        positions_offset_s: added to the clock of the positions.
        carrier_hz: see `rfsl.flights.readers.logs.read_log`.

    Raises:
        FlightError: a file has another format, a column is missing, the clocks differ, or there is
            no flight (see `join` and `cut_flight`).
    """
    series, quality = _power(power, settings, carrier_hz)
    track = replace(_track(positions, settings), offset_s=positions_offset_s)
    flight = join(series, quality, track, frame, settings)
    return cut_flight(flight, settings, str(power))


def _power(
    path: Path, settings: FlightSettings, carrier_hz: float | None
) -> tuple[Series, Series | None]:
    """Readings of power, and of the quality if the file has it."""
    if is_sounder_log(path):
        return sounder_log(path), None
    if is_scan(path):
        return scan_series(path, settings.where, carrier_hz), None
    table = open_table(path)
    if table is None:
        raise FlightError(
            f"{path}: the format is not known; a table with the columns {' and '.join(_POWER)}, a "
            "power log of the AERPAW sounder, a console log of srsUE or a scan of rtl_power is "
            "needed"
        )
    rows = used_rows(table, settings, settings.where, _POWER, _QUALITY)
    time_s = rows.values["time_s"]
    series = Series(str(path), time_s, rows.values["rss_db"], _of(path, rows.notes))
    if "quality_db" not in rows.values:
        return series, None
    return series, Series(str(path), time_s, rows.values["quality_db"])


def _track(path: Path, settings: FlightSettings) -> Track:
    """Positions, and the attitude if the file has it."""
    read = vehicle_log if is_vehicle_log(path) else track_reader(path)
    if read is not None:
        return read(path)
    table = open_table(path)
    if table is None:
        raise FlightError(
            f"{path}: the format is not known; a table with the columns {', '.join(_POSITION)}, an "
            f"AERPAW *_vehicleOut.txt, {TRACK_FORMATS} is needed"
        )
    rows = used_rows(table, settings, {}, _POSITION, ANGLES)
    time_s, latitude_deg, longitude_deg, height_m = (rows.values[name] for name in _POSITION)
    turned = any(name in rows.values for name in ANGLES)
    return Track(
        str(path),
        time_s,
        latitude_deg,
        longitude_deg,
        height_m,
        rows.attitude_rad() if turned else None,
        _of(path, rows.notes),
    )


def _of(path: Path, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Notes that name their file, since there are two."""
    return tuple(note if path.name in note else f"{path.name}: {note}" for note in notes)
