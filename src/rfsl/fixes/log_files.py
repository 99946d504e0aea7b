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


def log_files(log: str | Path) -> tuple[LogFile, ...]:
    """The files of a log, by name: the one that is named, and those that belong to it.

    A raw log of the testbed and a release are several files. Of a folder, those are the files with
    the names of such logs. It is empty if there is no such file.

    Raises:
        OSError: a file cannot be read.
    """
    path = Path(log)
    if path.is_dir():
        found = [item for item in path.iterdir() if _part(item.name)]
    elif path.is_file():
        found = [path]
        if _part(path.name):
            prefix = _prefix(path.name)
            found += [
                i for i in path.parent.iterdir() if _part(i.name) and _prefix(i.name) == prefix
            ]
    else:
        return ()
    files = sorted({item for item in found if item.is_file()}, key=lambda item: item.name)
    return tuple(
        LogFile(name=f.name, size_bytes=f.stat().st_size, sha256=_sha256(f)) for f in files
    )


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
