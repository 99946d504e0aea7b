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
    read_raw_logs,
    read_release,
)
from rfsl.flights.readers.tables import open_table, read_table
from rfsl.geometry.frames import LocalFrame

FORMATS = (
    "a table with one row per reading (CSV, other text, Parquet, MATLAB v5), of which an AFAR file "
    "(.mat) is one; "
    f"AERPAW raw logs (*{POWER_SUFFIX} with *{VEHICLE_SUFFIX} beside it); "
    f"a folder of the AFAR release ({', '.join(RELEASE_FILES)})"
)


def read_log(path: str | Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read a flight log of any known format.

    Args:
        path: the log, or the folder that holds it.
        frame: local frame of the positions.
        settings: how the log is read, checked and cut.

    Raises:
        FlightError: there is no such file, its format is not known, or the format's reader cannot
            read it.

    See also: docs/reference/flight-logs.md, with all formats.
    """
    path = Path(path)
    try:
        return _read(path, frame, settings)
    except OSError as error:  # a name that is too long, or no permission
        raise FlightError(f"{path}: cannot be read ({error.strerror or error})") from error


def _read(path: Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    if not path.exists():
        raise FlightError(f"{path}: no such file or folder")
    folder = path if path.is_dir() else path.parent
    if (path.is_dir() or path.name in RELEASE_FILES) and all(
        (folder / name).is_file() for name in (RELEASE_FILES[0], RELEASE_FILES[2])
    ):
        return read_release(folder, frame, settings)
    if path.is_dir() or path.name.endswith((POWER_SUFFIX, QUALITY_SUFFIX, VEHICLE_SUFFIX)):
        return _read_raw(path, folder, frame, settings)
    table = open_table(path)
    if table is None:
        raise FlightError(f"{path}: the format is not known. Known formats are {FORMATS}")
    return read_table(table, frame, settings)


def _read_raw(path: Path, folder: Path, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """Read the raw logs of one flight: those with the same start of the name, or the only ones."""
    prefix = ""
    for suffix in (POWER_SUFFIX, QUALITY_SUFFIX, VEHICLE_SUFFIX):
        if path.name.endswith(suffix):
            prefix = path.name.removesuffix(suffix)
    power = _find(folder, prefix, POWER_SUFFIX)
    if power is None:
        raise FlightError(f"{path}: found no *{POWER_SUFFIX}. Known formats are {FORMATS}")
    own = power.name.removesuffix(POWER_SUFFIX)
    vehicle = _find(folder, own, VEHICLE_SUFFIX)
    if vehicle is None:
        raise FlightError(
            f"{power}: no *{VEHICLE_SUFFIX} with the positions is in {folder}; copy that of this "
            "flight there"
        )
    quality = folder / f"{own}{QUALITY_SUFFIX}"
    return read_raw_logs(power, quality if quality.is_file() else None, vehicle, frame, settings)


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
