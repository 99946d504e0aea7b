"""Positions from GPX files, read by gpxpy of the extra `positions`.

The format: https://www.topografix.com/gpx.asp. Elevations are above sea level, so heights are taken
above the first point.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.errors import FlightError
from rfsl.flights.readers.autopilots import above_first, not_installed
from rfsl.flights.readers.joined import Track
from rfsl.flights.readers.text import read_text

#: Bytes that hold the root of a GPX file.
_ROOT = 4096


def is_gpx(path: Path) -> bool:
    """Whether a file is GPX."""
    with path.open("rb") as file:
        return b"<gpx" in file.read(_ROOT)


def gpx_track(path: Path) -> Track:
    """Positions of all tracks of a GPX file.

    Raises:
        FlightError: gpxpy is not installed, the file is no GPX file, or a point has no time or no
            elevation.
    """
    try:
        import gpxpy
    except ImportError as error:
        raise not_installed(path, "GPX files", "gpxpy") from error
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FlightError(f"{path}: it has a document type, which may name other files; remove it")
    try:
        content = gpxpy.parse(text)
    except Exception as error:  # gpxpy raises many kinds on files that are not GPX
        raise FlightError(f"{path}: cannot be read as GPX ({error})") from error
    points = [point for point, *_ in content.walk()]
    rows = [
        (point.time.timestamp(), point.latitude, point.longitude, point.elevation)
        for point in points
        if point.time is not None and point.elevation is not None
    ]
    if not rows:
        raise FlightError(
            f"{path}: none of its {len(points)} points has a time (<time>) and an elevation (<ele>)"
        )
    notes = []
    if len(rows) < len(points):
        notes.append(f"{len(points) - len(rows)} points without time or elevation left out")
    time_s, latitude_deg, longitude_deg, altitude_m = np.array(rows, dtype=float).T
    height_m = above_first(path, altitude_m, notes)
    return Track(str(path), time_s, latitude_deg, longitude_deg, height_m, None, tuple(notes))
