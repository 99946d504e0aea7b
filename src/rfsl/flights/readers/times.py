"""Times as people log them, in seconds: numbers, ISO 8601 texts, times of day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import RawTable, absent

if TYPE_CHECKING:
    import pyarrow as pa

_DAY_S = 86_400.0
_TIME_OF_DAY = re.compile(r"(\d{1,2}):(\d{2}):(\d{2}(?:[.,]\d+)?)")
#: The beginning of a date.
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.T ]")
#: Ends of the names of columns that say their unit, and its length in seconds.
_NAMED_UNITS = {"ms": 1e-3, "msec": 1e-3, "millis": 1e-3, "us": 1e-6, "usec": 1e-6, "ns": 1e-9}
#: Unix times of this century are above the first number in the unit of that name.
_LARGEST_UNITS = (
    (1e17, "nanoseconds", 1e-9),
    (1e14, "microseconds", 1e-6),
    (1e11, "milliseconds", 1e-3),
)
_ALLOWED = (
    "Unix time in seconds or milliseconds, seconds on any clock, ISO 8601 "
    "(2024-05-01T10:00:00.5Z) or a time of day (10:00:00.5) is needed"
)


def seconds(table: RawTable, name: str, column: pa.ChunkedArray) -> tuple[FloatArray, list[str]]:
    """A column of times in seconds (S,), NaN for empty cells, and notes on how it was read.

    - Numbers are seconds on any clock. They are milliseconds, microseconds or nanoseconds if the
      name of the column ends in ms, us or ns, or if they are so large that they can only be Unix
      times in that unit.
    - Texts such as 2024-05-01 10:00:00.5 are ISO 8601; without a zone they are read as UTC.
    - Texts such as 10:00:00.5 are times of day in the order of the rows, and go on past midnight.

    Raises:
        FlightError: a cell is nothing of this; the message has the first such row.
    """
    import pyarrow as pa
    from pyarrow import compute, types

    kind = column.type
    if types.is_timestamp(kind) or types.is_date(kind):
        ticks = column.cast(pa.timestamp("ns")).cast(pa.int64()).cast(pa.float64(), safe=False)
        return np.array(ticks.to_numpy(), dtype=float) * 1e-9, []
    if types.is_time(kind):
        ticks = column.cast(pa.time64("ns")).cast(pa.int64()).cast(pa.float64())
        return _past_midnight(np.array(ticks.to_numpy(), dtype=float) * 1e-9)
    if types.is_string(kind) or types.is_large_string(kind):
        cells = compute.utf8_trim_whitespace(column).to_pylist()
        if _mostly(_TIME_OF_DAY, cells):
            return _times_of_day(table, name, cells)
        if _mostly(_DATE, cells):
            return table.each(name, cells, unix_s, _ALLOWED)
    elif types.is_boolean(kind) or types.is_nested(kind) or types.is_binary(kind):
        raise FlightError(f"{table.path}, column {name}: found {kind}. {_ALLOWED}")
    values, damaged = table.numbers(name, column, _ALLOWED)
    scaled, told = _scaled(name, values)
    return scaled, [*damaged, *told]


def _mostly(form: re.Pattern[str], cells: list[str | None]) -> bool:
    """Whether most of the first cells begin like this; one of them may be damaged."""
    known = [cell for cell in cells[:200] if cell is not None and not absent(cell)]
    return sum(form.match(cell) is not None for cell in known) > len(known) / 2


def _scaled(name: str, values: FloatArray) -> tuple[FloatArray, list[str]]:
    """Numbers in seconds, and a note if they were in another unit."""
    words = re.split(r"[^a-z]+", name.lower().rstrip("])} "))
    unit_s = _NAMED_UNITS.get(words[-1])
    if unit_s is not None:
        return values * unit_s, [
            f"times of column {name} read in units of {unit_s:g} s, by its name"
        ]
    known = values[np.isfinite(values)]
    typical = float(np.median(np.abs(known))) if known.size else 0.0
    for least, unit, unit_s in _LARGEST_UNITS:
        if least < typical < 100.0 * least:
            return values * unit_s, [f"times of column {name} are Unix {unit} by their size"]
    return values, []


def _times_of_day(
    table: RawTable, name: str, cells: list[str | None]
) -> tuple[FloatArray, list[str]]:
    def read(cell: str) -> float:
        match = _TIME_OF_DAY.fullmatch(cell)
        if match is None:
            raise ValueError
        hours, minutes, whole_s = match.groups()
        return 3600.0 * int(hours) + 60.0 * int(minutes) + float(whole_s.replace(",", "."))

    values, damaged = table.each(name, cells, read, _ALLOWED)
    values, passed = _past_midnight(values)
    return values, [*damaged, *passed]


def _past_midnight(time_s: FloatArray) -> tuple[FloatArray, list[str]]:
    """Times of day that go on rising at midnight, and a note if they do."""
    known = np.isfinite(time_s)
    unwrapped = time_s.copy()
    unwrapped[known] = np.unwrap(time_s[known], period=_DAY_S)
    passed = bool((unwrapped[known] != time_s[known]).any())
    return unwrapped, ["times of day go past midnight"] if passed else []


def unix_s(text: str) -> float:
    """Unix time of a date and time in ISO 8601; without a zone, it is read as UTC.

    Raises:
        ValueError: the text is no date and time.

    Example:
        >>> unix_s("1970-01-02 00:00:00.5"), unix_s("1970-01-02T01:00:00+01:00")
        (86400.5, 86400.0)
    """
    moment = datetime.fromisoformat(text.strip())
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
