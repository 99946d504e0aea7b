"""WiGLE CSV, which the app WiGLE and others write: https://api.wigle.net/csvFormat.html.

The first line is `WigleWifi-1.x` with the version of the app, the second names the columns. Each
row is an access point, a Bluetooth device or a cell tower, received at a time and a place.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError
from rfsl.flights.readers.delimited import open_delimited
from rfsl.flights.readers.raw_table import RawTable

_MARK = "WigleWifi-"
#: Column for each column of a flight.
_KNOWN: dict[ColumnName, str] = {
    "time_s": "FirstSeen",
    "latitude_deg": "CurrentLatitude",
    "longitude_deg": "CurrentLongitude",
    "height_m": "AltitudeMeters",
    "rss_db": "RSSI",
}


def is_wigle(text: str) -> bool:
    """Whether a text is a WiGLE CSV."""
    return text.startswith(_MARK)


def open_wigle(path: Path, text: str) -> RawTable:
    """The table of a WiGLE CSV; its altitudes are above sea level, and a note says so.

    Args:
        path: file of the text, for messages.
        text: its content; `is_wigle` holds.

    Raises:
        FlightError: it holds no row, or see `open_delimited`.
    """
    # As a comment, the first line keeps its place in the count of lines.
    table = open_delimited(path, lambda: iter([f"#{text}"]))
    if table is None or not set(_KNOWN.values()) & set(table.names):
        raise FlightError(
            f"{path}: no line with the names of the columns (MAC,SSID,...) follows its first line "
            f"{text.splitlines()[0][:40]!r}; export it from WiGLE again"
        )
    return replace(table, known=_KNOWN, notes=(*table.notes, above_sea_level(path)))


def above_sea_level(path: Path) -> str:
    """The note on the heights of a log whose altitudes are those of a GPS receiver."""
    return (
        f"altitudes of {path.name} are above sea level; flights.height_offset_m is added to them: "
        "minus the altitude of the ground at the source makes them heights above ground"
    )
