"""The files that a log consists of, with their digests: whether two fixes are of one log."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rfsl.fixes.record import LogFile
from rfsl.flights.readers.aerpaw import (
    POWER_SUFFIX,
    QUALITY_SUFFIX,
    RELEASE_FILES,
    VEHICLE_SUFFIX,
)

_SUFFIXES = (POWER_SUFFIX, QUALITY_SUFFIX, VEHICLE_SUFFIX)


def log_files(*logs: str | Path | None) -> tuple[LogFile, ...]:
    """The files of a log, by name: those that are named (not None), and those that belong to them.

    A raw log of the testbed and a release are several files. Of a folder, those are the files with
    the names of such logs. It is empty if there is no such file.

    Raises:
        OSError: a file cannot be read.
    """
    named = [Path(log) for log in logs if log is not None]
    found = {item for log in named for item in _of_one(log) if item.is_file()}
    return tuple(
        LogFile(name=file.name, size_bytes=file.stat().st_size, sha256=_sha256(file))
        for file in sorted(found, key=lambda item: item.name)
    )


def log_name(log: str | Path) -> str:
    """Name of a log without its ending, for folders of what is made of it."""
    path = Path(log).resolve()
    # A name of only dots would be another folder.
    return (path.name if path.is_dir() else path.stem).strip(".") or "flight"


def _of_one(path: Path) -> list[Path]:
    """The parts of the log at a path; the path itself if there are none."""
    if path.is_dir():
        return [item for item in path.iterdir() if _part(item.name)]
    if not path.is_file() or not _part(path.name):
        return [path]
    beside = [item for item in path.parent.iterdir() if _part(item.name)]
    return [path, *(item for item in beside if _prefix(item.name) == _prefix(path.name))]


def _part(name: str) -> bool:
    """Whether a file has the name of a part of a log."""
    return name in RELEASE_FILES or name.endswith(_SUFFIXES)


def _prefix(name: str) -> str:
    """What the parts of one log share; empty for a release."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return ""


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
