"""Any flight log: its format is recognized from the content of a file, or the files of a folder."""

from __future__ import annotations

from pathlib import Path

from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.aerpaw import (
    POWER_SUFFIX,
    QUALITY_SUFFIX,
    RELEASE_FILES,
    VEHICLE_SUFFIX,
    is_sounder_log,
    is_vehicle_log,
    read_raw_logs,
    read_release,
)
from rfsl.flights.readers.gps_tracks import TRACK_FORMATS, track_reader
from rfsl.flights.readers.separate import read_separate
from rfsl.flights.readers.spectrum import is_scan
from rfsl.flights.readers.srsue import RADIO_SUFFIX, SRSUE_NAMES
from rfsl.flights.readers.tables import open_table, read_table
from rfsl.geometry.frames import LocalFrame

#: Files of a folder that are looked into for positions.
_MOST_FILES = 100

FORMATS = (
    "a table with one row per reading (CSV, other text, Parquet, MATLAB v5), of which an AFAR file "
    "(.mat) is one; a WiGLE CSV; a Kismet log (.kismet); "
    f"AERPAW raw logs (*{POWER_SUFFIX} with *{VEHICLE_SUFFIX} beside it); "
    f"a folder of the AFAR release ({', '.join(RELEASE_FILES)}); "
    f"a console log of srsUE (with *{VEHICLE_SUFFIX} beside it); "
    "measurements of POWDER (JSON with rx_data and tx_coords); "
    "a receiver's log of LoRa packets (14 fields without names); "
    f"a log of power, or a scan of rtl_power, with positions from another file (--positions): a "
    f"table, {TRACK_FORMATS}"
)


def read_log(
    path: str | Path,
    frame: LocalFrame,
    settings: FlightSettings,
    positions: str | Path | None = None,
    positions_offset_s: float = 0.0,
    carrier_hz: float | None = None,
) -> Flight:
    """Read a flight log of any known format.

    Args:
        path: the log, or the folder that holds it.
        frame: local frame of the positions.
        settings: how the log is read, checked and cut.
        positions: file with the positions, if the log holds the power alone.
        positions_offset_s: added to the clock of the positions, if they were logged separately.
        carrier_hz: frequency of the source, which a scan of a spectrum is read at if it covers it.

    Raises:
        FlightError: there is no such file, its format is not known, or the format's reader cannot
            read it.

    See also: docs/reference/flight-logs.md, with all formats.
    """
    path = Path(path)
    try:
        for file in (path, *([] if positions is None else [Path(positions)])):
            if not file.exists():
                raise FlightError(f"{file}: no such file or folder")
        if positions is not None:
            return read_separate(
                path, Path(positions), frame, settings, positions_offset_s, carrier_hz
            )
        return _read(path, frame, settings, positions_offset_s)
    except OSError as error:  # a name that is too long, or no permission
        raise FlightError(f"{path}: cannot be read ({error.strerror or error})") from error


def _read(
    path: Path, frame: LocalFrame, settings: FlightSettings, positions_offset_s: float
) -> Flight:
    folder = path if path.is_dir() else path.parent
    if (path.is_dir() or path.name in RELEASE_FILES) and all(
        (folder / name).is_file() for name in (RELEASE_FILES[0], RELEASE_FILES[2])
    ):
        return read_release(folder, frame, settings, positions_offset_s)
    if (
        path.is_dir()
        or path.name.endswith((POWER_SUFFIX, QUALITY_SUFFIX, VEHICLE_SUFFIX))
        or is_vehicle_log(path)
    ):
        return _read_raw(path, folder, frame, settings, positions_offset_s)
    if is_sounder_log(path):
        return read_separate(path, _vehicle(path, ""), frame, settings, positions_offset_s)
    if track_reader(path) is not None:
        raise FlightError(
            f"{path}: it holds positions; name the log of the power first, and this file under "
            "--positions (localize.positions)"
        )
    if is_scan(path):
        raise FlightError(
            f"{path}: a scan of rtl_power holds power alone; name the file with the positions "
            "under --positions (localize.positions)"
        )
    table = open_table(path)
    if table is None:
        raise FlightError(f"{path}: the format is not known. Known formats are {FORMATS}")
    if table.known == SRSUE_NAMES:
        return _read_srsue(path, frame, settings, positions_offset_s)
    if positions_offset_s:
        raise FlightError(
            f"{path}: its rows hold power and positions, so there is one clock only; leave "
            "localize.positions_offset_s (--positions-offset) at 0"
        )
    return read_table(table, frame, settings)


def _read_raw(
    path: Path,
    folder: Path,
    frame: LocalFrame,
    settings: FlightSettings,
    positions_offset_s: float,
) -> Flight:
    """Read the raw logs of one flight: those with the same start of the name, or the only ones."""
    prefix = ""
    for suffix in (POWER_SUFFIX, QUALITY_SUFFIX, VEHICLE_SUFFIX):
        if path.name.endswith(suffix):
            prefix = path.name.removesuffix(suffix)
    power = _find(folder, prefix, POWER_SUFFIX)
    if power is None:
        radio = _find(folder, prefix, RADIO_SUFFIX)
        if radio is not None:
            return _read_srsue(radio, frame, settings, positions_offset_s)
        raise FlightError(f"{path}: found no *{POWER_SUFFIX}. Known formats are {FORMATS}")
    own = power.name.removesuffix(POWER_SUFFIX)
    quality = folder / f"{own}{QUALITY_SUFFIX}"
    return read_raw_logs(
        power,
        quality if quality.is_file() else None,
        _vehicle(power, own),
        frame,
        settings,
        positions_offset_s,
    )


def _read_srsue(
    path: Path, frame: LocalFrame, settings: FlightSettings, positions_offset_s: float
) -> Flight:
    """Read a console log of srsUE, and the positions beside it."""
    own = path.name.removesuffix(RADIO_SUFFIX)
    return read_separate(path, _vehicle(path, own), frame, settings, positions_offset_s)


def _vehicle(power: Path, prefix: str) -> Path:
    """The positions beside a power log: by their name, or by what the files there hold.

    Raises:
        FlightError: there are none, or several.
    """
    found = _find(power.parent, prefix, VEHICLE_SUFFIX)
    if found is None:
        files = [path for path in sorted(power.parent.iterdir()) if path.is_file()]
        logs = [path for path in files[:_MOST_FILES] if is_vehicle_log(path)]
        found = logs[0] if len(logs) == 1 else None
    if found is None:
        raise FlightError(
            f"{power}: no *{VEHICLE_SUFFIX} with the positions is in {power.parent}; copy that of "
            "this flight there, or name the file with the positions (--positions)"
        )
    return found


def _find(folder: Path, prefix: str, suffix: str) -> Path | None:
    """The log with that name, else the only one of its kind in the folder, else None."""
    if prefix and (folder / f"{prefix}{suffix}").is_file():
        return folder / f"{prefix}{suffix}"
    found = sorted(folder.glob(f"*{suffix}"))
    if len(found) > 1:
        raise FlightError(
            f"{folder}: {len(found)} files *{suffix} ({', '.join(p.name for p in found)}), and "
            "none has the name of the other logs; name the one you mean, or keep one flight per "
            "folder"
        )
    return found[0] if found else None
