"""Kismet logs (.kismet), SQLite databases of the scanner Kismet.

Their layout: https://www.kismetwireless.net/docs/dev/kismetdb/. The table `packets` has each packet
that was received: its time, its addresses, its frequency in kHz, its signal in dBm, and where the
receiver was by its GPS. A signal of 0 and a position at 0°, 0° stand for none.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import MOST_ROWS, RawTable
from rfsl.flights.readers.wigle import above_sea_level

if TYPE_CHECKING:
    import pyarrow as pa

_SQLITE = b"SQLite format 3\0"
#: Column for each column of a flight.
_KNOWN: dict[ColumnName, str] = {
    "latitude_deg": "lat",
    "longitude_deg": "lon",
    "height_m": "alt",
    "rss_db": "signal",
}
#: Columns of the packets that are needed, and those that may be there, which tell transmitters and
#: receivers apart. The payload is never read.
_NEEDED = ("ts_sec", "ts_usec", "lat", "lon", "signal", "sourcemac")
_TEXTS = ("sourcemac", "transmac", "phyname", "datasource")
_NUMBERS = ("lat", "lon", "alt", "signal", "frequency", "dlt")
#: Versions before this have degrees times 100,000 as whole numbers.
_DEGREES_SINCE, _WHOLE = 5, 1e-5
_USED = "signal <> 0 AND NOT (lat = 0 AND lon = 0)"


def is_sqlite(path: Path) -> bool:
    """Whether a file is an SQLite database."""
    with path.open("rb") as file:
        return holds_sqlite(file.read(len(_SQLITE)))


def holds_sqlite(content: bytes) -> bool:
    """Whether the content of a file is an SQLite database."""
    return content.startswith(_SQLITE)


def open_kismet(path: Path) -> RawTable:
    """The packets that have a signal and a position; a note counts the others.

    Args:
        path: an SQLite database.

    Raises:
        FlightError: it is no Kismet log, is damaged, or no packet has a signal and a position.
    """
    with _database(path) as database:
        found = [row[1] for row in database.execute("PRAGMA table_info(packets)")]
        missing = [name for name in _NEEDED if name not in found]
        if missing:
            raise FlightError(
                f"{path}: it is an SQLite database, but no Kismet log: "
                + (f"its table packets lacks {', '.join(missing)}" if found else "it has no table")
                + ("" if found else " packets")
            )
        ((version,),) = database.execute("SELECT db_version FROM KISMET LIMIT 1").fetchall() or [
            (_DEGREES_SINCE,)
        ]
        ((count,),) = database.execute("SELECT COUNT(*) FROM packets").fetchall()
        ((used,),) = database.execute(f"SELECT COUNT(*) FROM packets WHERE {_USED}").fetchall()
    if not used:
        raise FlightError(
            f"{path}: none of its {count} packets has both a signal and a position; Kismet needs a "
            "GPS receiver with a fix (gps= in kismet.conf)"
        )
    if used > MOST_ROWS:
        raise FlightError(f"{path}: it has {used:,} packets; {MOST_ROWS:,} at the most")
    scale = _WHOLE if isinstance(version, int) and version < _DEGREES_SINCE else 1.0
    names = ("time_s", *(name for name in (*_TEXTS, *_NUMBERS) if name in found))

    def read(wanted: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        if not wanted:
            return {}
        terms = ", ".join(_term(name, scale) for name in wanted)
        with _database(path) as database:
            rows = database.execute(f"SELECT {terms} FROM packets WHERE {_USED}").fetchall()
        kinds = [pa.string() if name in _TEXTS else pa.float64() for name in wanted]
        return {
            name: pa.chunked_array([pa.array(cells, kind)])
            for name, kind, cells in zip(wanted, kinds, zip(*rows, strict=True), strict=True)
        }

    notes = []
    if used < count:
        notes.append(f"{count - used} of {count} packets without a signal or a position left out")
    if "alt" in names:
        notes.append(above_sea_level(path))
    return RawTable(path, names, names, read, known=_KNOWN, notes=tuple(notes))


def _term(name: str, scale: float) -> str:
    """What selects one column; a cell with another type of content has none."""
    if name == "time_s":
        return "CAST(ts_sec AS REAL) + 1e-6 * ts_usec"
    if name in _TEXTS:
        return f"CAST({name} AS TEXT)"
    factor = f" * {scale!r}" if name in ("lat", "lon") else ""
    return f"CASE WHEN typeof({name}) IN ('real', 'integer') THEN CAST({name} AS REAL){factor} END"


@contextlib.contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    """A database that is only read, and of which no other file is touched.

    Raises:
        FlightError: it is damaged, or something else than a Kismet log.
    """
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            database.text_factory = lambda content: content.decode("utf-8", "replace")
            yield database
    except sqlite3.Error as error:
        raise FlightError(
            f"{path}: cannot be read as a Kismet log ({error}); it is damaged or truncated, or "
            "another database. Stop Kismet before you copy its log"
        ) from error
