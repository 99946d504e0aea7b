"""Rows of the wanted transmitter: `flights.where`, and tables that hold several transmitters."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.errors import FlightError, did_you_mean
from rfsl.flights.readers.raw_table import RawTable

if TYPE_CHECKING:
    import pyarrow as pa

#: Value of `flights.where` that takes every row.
EVERY = "*"
#: Words in the names of columns that tell transmitters, or their channels, apart.
_NAMING = {
    *("channel", "chan", "frequency", "freq", "earfcn", "arfcn", "nrarfcn", "uarfcn", "band"),
    *("bssid", "ssid", "essid", "mac", "address", "addr", "pci", "cell", "cellid", "cid", "eci"),
    *("nci", "enb", "gnb", "lac", "tac", "tx", "txid", "transmitter", "emitter", "beacon", "uuid"),
    *("device", "deveui", "devaddr", "node", "station", "sender", "network"),
}
#: Values with fewer readings name no transmitter that could be localized.
_FEW_READINGS = 10
#: A column of another name has at most so many values, if it tells transmitters apart.
_MOST_VALUES = 20
#: It changes so often that this share of short stretches of readings has both frequent values.
_MIXED = 0.8
#: The power differs between values if neighbouring readings of two values are apart by more than
#: this, and by more than this many times as much as consecutive readings of one value.
_APART_DB, _APART = 3.0, 2.0
#: Values that a message lists.
_LISTED = 6


def chosen_rows(table: RawTable, where: Mapping[str, str]) -> BoolArray | None:
    """Mask (S,) of the rows that `where` takes; None if it names no column.

    A value is compared as a number if the cell and the value are numbers, otherwise as a text.

    Raises:
        FlightError: a column is not there, or no row has the value.
    """
    chosen: BoolArray | None = None
    for name, value in where.items():
        if name not in table.plain:
            raise FlightError(
                f"{table.path}: there is no column {name}, which flights.where (--where) names."
                f"{did_you_mean([name], table.plain)} Found {', '.join(table.names)}"
            )
        if value == EVERY:
            continue
        cells = _texts(table.read([name])[name])
        mask = np.array([cell == _as_read(value) for cell in cells], dtype=bool)
        if not mask.any():
            raise FlightError(
                f"{table.path}: no row has {name}={value} (flights.where, --where). Found "
                f"{_counted(cells)}"
            )
        chosen = mask if chosen is None else chosen & mask
    if chosen is not None and not chosen.any():
        raise FlightError(f"{table.path}: no row has all of flights.where (--where) at once")
    return chosen


def check_one_transmitter(
    table: RawTable,
    columns: Mapping[str, pa.ChunkedArray],
    rows: BoolArray,
    time_s: FloatArray,
    rss_db: FloatArray,
) -> None:
    """Check that the readings are of one transmitter, as far as other columns show it.

    A column whose name says that it tells transmitters apart (channel, bssid, pci, ...) shows
    several if at least two of its values have ten readings, unless its values alternate and the
    power is the same for all. A column of another name does so if it has at most 20 values, they
    alternate, and the power differs: neighbouring readings of two values differ by more than 3 dB,
    and by more than twice as much as consecutive readings of one value.

    Args:
        table: the file, for messages.
        columns: those that may tell transmitters apart.
        rows: (S,) mask of the rows that are used.
        time_s, rss_db: (S,) of all rows.

    Raises:
        FlightError: there are several transmitters; the message says how to choose one.
    """
    known = rows & np.isfinite(time_s) & np.isfinite(rss_db)
    order = np.flatnonzero(known)[np.argsort(time_s[known], kind="stable")]
    for name, column in columns.items():
        cells = np.array(_texts(column), dtype=str)[order]
        values, codes = np.unique(cells, return_inverse=True)
        if values.size < 2 or values.size > order.size / 2:
            continue
        named = bool(set(re.findall(r"[a-z]+", name.lower())) & _NAMING)
        if not named and values.size > _MOST_VALUES:
            continue
        if _several(codes, rss_db[order], values == "", named):
            best = _by_count(cells)[0][0]
            raise FlightError(
                f"{table.path}: the log holds {np.sum(values != '')} values of {name} "
                f"({_counted(cells)} readings): choose one with --where "
                f"{shlex.quote(f'{name}={best}')} (flights.where). If all are of one transmitter, "
                f"add --where {shlex.quote(f'{name}={EVERY}')}"
            )


def _several(codes: IndexArray, rss_db: FloatArray, empty: BoolArray, named: bool) -> bool:
    """Whether values (S,), by number and in the order of time, are of several transmitters."""
    counts = np.bincount(codes, minlength=empty.size)
    counts[empty] = 0
    frequent = np.argsort(-counts)[:2]
    if counts[frequent[1]] < _FEW_READINGS:
        return False
    of_frequent = counts[codes] >= _FEW_READINGS
    codes, rss_db = codes[of_frequent], rss_db[of_frequent]
    length = 4 * int((counts >= _FEW_READINGS).sum())
    parts = np.array_split(codes, max(1, codes.size // length))
    mixed = np.mean([np.isin(frequent, part).all() for part in parts])
    if mixed < _MIXED:
        return named  # in blocks, the place may explain the power as well as the transmitter
    steps_db = np.abs(np.diff(rss_db))
    across_db = np.median(steps_db[codes[1:] != codes[:-1]])
    within = [np.abs(np.diff(rss_db[codes == code])) for code in np.unique(codes)]
    within_db = np.median(np.concatenate(within))
    return bool(across_db > max(_APART_DB, _APART * within_db))


def _texts(column: pa.ChunkedArray) -> list[str]:
    """The cells of a column as texts; equal numbers give equal texts, empty cells an empty one."""
    return ["" if cell is None else _as_read(str(cell)) for cell in column.to_pylist()]


def _as_read(cell: str) -> str:
    text = cell.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    if np.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def _by_count(cells: Iterable[str]) -> list[tuple[str, int]]:
    """Values of cells that are not empty and how often they occur, the most frequent first."""
    return Counter(str(cell) for cell in cells if cell).most_common()


def _counted(cells: Iterable[str]) -> str:
    """The most frequent values with their numbers of readings."""
    found = _by_count(cells)
    listed = ", ".join(f"{value}: {count}" for value, count in found[:_LISTED])
    return f"{listed}, ..." if len(found) > _LISTED else listed
