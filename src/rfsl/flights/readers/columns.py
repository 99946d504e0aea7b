"""Which column of a table is which: by their own names, by the user's, and proposals."""

from __future__ import annotations

import contextlib
import re
import shlex
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError, did_you_mean
from rfsl.flights.readers.raw_table import RawTable

#: Required columns, with their meaning.
NEEDED: dict[ColumnName, str] = {
    "time_s": "seconds or milliseconds, ISO 8601, or a time of day",
    "latitude_deg": "WGS-84",
    "longitude_deg": "WGS-84",
    "height_m": "above the ground where the source is",
    "rss_db": "received power over any constant",
}
#: Optional columns, with their meaning.
OPTIONAL: dict[ColumnName, str] = {
    "quality_db": "channel-sounder quality; left out, every sample counts as locked",
    "roll_deg": "right wing down positive",
    "pitch_deg": "nose up positive",
    "yaw_deg": "clockwise from north",
}
#: Other names of the columns, the likeliest first; all words of a name, or one of them. The quality
#: has none: an SNR is not on the scale of `flights.lock_quality_db`.
_SYNONYMS: dict[ColumnName, tuple[str, ...]] = {
    "time_s": ("time", "timestamp", "unixtime", "epoch", "datetime", "utc", "date", "t"),
    "latitude_deg": ("latitude", "lat", "my", "y"),
    "longitude_deg": ("longitude", "lon", "lng", "long", "mx", "x"),
    "height_m": ("height", "agl", "relalt", "altitude", "alt", "elevation", "mz", "z"),
    "rss_db": ("rss", "rsrp", "rssi", "mpower", "power", "dbm", "signal", "level", "strength"),
    "roll_deg": ("roll", "mroll"),
    "pitch_deg": ("pitch", "mpitch"),
    "yaw_deg": ("yaw", "heading", "myaw"),
}
#: Columns for which the user may give one number.
_CONSTANT: tuple[ColumnName, ...] = ("height_m", "roll_deg", "pitch_deg", "yaw_deg")
#: Shown in place of a column that nothing is proposed for.
_UNKNOWN = "NAME"


def resolved(
    table: RawTable,
    wanted: Mapping[ColumnName, str],
    needed: Collection[ColumnName] = tuple(NEEDED),
    optional: Collection[ColumnName] = tuple(OPTIONAL),
) -> dict[ColumnName, str]:
    """The column of a table for each column of a flight.

    Args:
        table: the table.
        wanted: names that the user gave (`flights.columns`). An empty one leaves the column out; of
            several names with | between them, the first that is there is taken.
        needed: columns that may not be missing.
        optional: columns that may.

    Raises:
        FlightError: a required column is missing (the message proposes others), a column that the
            user named is not there, or one occurs twice.
    """
    path, found = table.path, table.names
    given = constants(table, wanted)
    names: dict[ColumnName, str] = {}
    for column in (*needed, *optional):
        name = wanted.get(column, column if column in found else table.known.get(column, ""))
        there = [part for part in (name, *name.split("|")) if part in found]
        if there:
            names[column] = there[0]
        elif column in wanted and name and column not in given:
            raise FlightError(
                f"{path}: there is no column {name}, which flights.columns (--columns) names for "
                f"{column}.{did_you_mean([name], found)} Found {listed(found)}. Of several names "
                "with | between them, the first that is there is taken"
            )
    missing = [column for column in needed if column not in names and column not in given]
    if missing:
        meanings = "; ".join(f"{column} ({NEEDED[column]})" for column in missing)
        what = f"Found {listed(found)}"
        if table.unnamed:
            what = (
                f"The first line names no columns, so they have the numbers 1 to {len(found)} "
                f"({table.unnamed[:120]})"
            )
        raise FlightError(
            f"{path}: missing column(s) {meanings}. {what}; optional are "
            f"{', '.join(optional)}. {_proposal(table.plain, names, (*needed, *optional))}"
        )
    twice = sorted({name for name in names.values() if list(found).count(name) > 1})
    if twice:
        raise FlightError(f"{path}: column(s) {', '.join(twice)} occur twice; keep one")
    return names


def constants(table: RawTable, wanted: Mapping[ColumnName, str]) -> dict[ColumnName, float]:
    """Heights and angles that the user gave as one number for every row.

    Args:
        table: the table; a name that one of its columns has is that column.
        wanted: names that the user gave (`flights.columns`).
    """
    found: dict[ColumnName, float] = {}
    for column in _CONSTANT:
        name = wanted.get(column, "")
        with contextlib.suppress(ValueError):
            if name not in table.names and np.isfinite(float(name)):
                found[column] = float(name)
    return found


def listed(names: Sequence[str]) -> str:
    """Names of columns for a message."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in ", ".join(names))
    return text if len(text) <= 600 else f"{text[:600]} ... ({len(names)} columns)"


def _proposal(
    found: Sequence[str], names: Mapping[ColumnName, str], asked: Collection[ColumnName]
) -> str:
    """The option that names the columns, to be pasted, and what to check in it."""
    free = [name for name in dict.fromkeys(found) if name not in names.values()]
    pairs, checks = [], []
    for column in _SYNONYMS:
        if column in names or column not in asked:
            continue
        alike = _alike(column, free)
        if not alike and column not in NEEDED:
            continue
        name = alike[0] if alike else _UNKNOWN
        pairs.append(f"{column}={name}")
        free = [other for other in free if other != name]
        if len(alike) > 1 and column in NEEDED:
            checks.append(f"{column} may also be {' or '.join(alike[1:4])}")
    option = f"--columns {shlex.quote(','.join(pairs))}"
    if any(pair.endswith(f"={_UNKNOWN}") for pair in pairs):
        checks.append(f"put your column in place of each {_UNKNOWN}")
    return "; ".join([f"Name the columns: {option}", *checks])


def _alike(column: ColumnName, free: Sequence[str]) -> list[str]:
    """Columns that may be the one, the likeliest first."""
    found: dict[str, None] = {}
    for synonym in _SYNONYMS[column]:
        found |= dict.fromkeys(name for name in free if "".join(words(name)) == synonym)
        if len(synonym) > 1:
            found |= dict.fromkeys(name for name in free if synonym in words(name))
    return list(found)


def words(name: str) -> list[str]:
    """The words of a column's name in lower case, without numbers.

    Example:
        >>> words("GPS_Lat [deg]"), words("relAlt"), words("mpower1")
        (['gps', 'lat', 'deg'], ['rel', 'alt'], ['mpower'])
    """
    return re.findall(r"[a-z]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower())
