"""Rows of the wanted transmitter: `flights.where`, and tables that hold several transmitters."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.errors import FlightError, did_you_mean
from rfsl.flights.readers.columns import words
from rfsl.flights.readers.raw_table import RawTable

if TYPE_CHECKING:
    import pyarrow as pa

StringArray = NDArray[np.str_]
#: Value of `flights.where` that takes every row.
EVERY = "*"
#: Words in the names of columns that tell transmitters, or their channels, apart.
_NAMING = {
    *("channel", "chan", "frequency", "freq", "earfcn", "arfcn", "nrarfcn", "uarfcn", "band"),
    *("bssid", "ssid", "essid", "mac", "macaddress", "sourcemac", "transmac"),
    *("address", "addr", "uuid", "beacon"),
    *("pci", "cell", "cellid", "cid", "eci", "nci", "enb", "gnb", "lac", "tac", "network"),
    *("tx", "txid", "transmitter", "emitter", "station", "sender", "node"),
    *("device", "deveui", "devaddr"),
}
#: Words of names that say what was measured of a cell, a channel, a device.
_MEASURED = {
    *("voltage", "volt", "volts", "current", "power", "temperature", "temp", "rate", "load"),
    *("busy", "width", "bandwidth", "count", "noise", "error", "offset", "time"),
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
#: Values that a message lists, and those of a column of which one has to be chosen.
_LISTED, _LISTED_SOURCES = 6, 60


def chosen_rows(table: RawTable, where: Mapping[str, str], count: int) -> BoolArray:
    """Mask (S,) of the rows that `where` takes, of `count` rows.

    A value is compared as a number if the cell and the value are numbers, otherwise as a text.

    Raises:
        FlightError: a column is not there or has another length, or no row has the value.
    """
    chosen = np.ones(count, dtype=bool)
    for name, value in where.items():
        if name not in table.plain:
            raise FlightError(
                f"{table.path}: there is no column {name}, which flights.where (--where) names."
                f"{did_you_mean([name], table.plain)} Found {', '.join(table.names)}"
            )
        if value == EVERY:
            continue
        values, codes = _decoded(_encoded(table.read([name])[name]))
        if codes.size != count:
            raise FlightError(
                f"{table.path}: column {name}, which flights.where (--where) names, has "
                f"{codes.size} rows and not {count}"
            )
        mask = (values == _as_read(value))[codes]
        if not mask.any():
            raise FlightError(
                f"{table.path}: no row has {name}={value} (flights.where, --where). Found "
                f"{_counted(values, codes, _most_listed(table, name))}"
            )
        chosen &= mask
    if where and not chosen.any():
        raise FlightError(f"{table.path}: no row has all of flights.where (--where) at once")
    return chosen


def told_chosen(where: Mapping[str, str], chosen: BoolArray) -> list[str]:
    """A note on the rows (S,) that `where` took; none if it took all."""
    if chosen.all():
        return []
    wanted = ", ".join(f"{name}={value}" for name, value in where.items())
    return [f"{int(chosen.sum())} of {chosen.size} rows have {wanted}; the others are not used"]


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
    and by more than twice as much as consecutive readings of one value. A column of
    `table.sources` shows several if it has two values.

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
        encoded = _encoded(column)
        named = _tells_apart(name)
        sources = name in table.sources
        most = order.size / 2 if named else _MOST_VALUES
        if not (2 <= len(encoded.dictionary) <= most or sources):
            continue
        values, codes = _decoded(encoded)
        codes = codes[order]
        if (
            len(_by_count(values, codes)) > 1
            if sources
            else _several(codes, rss_db[order], values == "", named)
        ):
            best, _ = _by_count(values, codes)[0]
            raise FlightError(
                f"{table.path}: the log holds {len(_by_count(values, codes))} values of {name} "
                f"({_counted(values, codes, _most_listed(table, name))} readings): choose one with "
                f"--where {shlex.quote(f'{name}={best}')} (flights.where). If all are of one "
                f"transmitter, add --where {shlex.quote(f'{name}={EVERY}')}"
            )


def _tells_apart(name: str) -> bool:
    """Whether a column of this name tells transmitters apart.

    Example:
        >>> [_tells_apart(name) for name in ("BSSID", "physCellId", "channel", "cell_voltage")]
        [True, True, True, False]
    """
    found = set(words(name))
    return bool(found & _NAMING) and not found & _MEASURED


def _several(codes: IndexArray, rss_db: FloatArray, empty: BoolArray, named: bool) -> bool:
    """Whether values (S,), by number and in the order of time, are of several transmitters."""
    counts = np.bincount(codes, minlength=empty.size)
    counts[empty] = 0
    if counts.size < 2:
        return False
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


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column as its different values and, for each row, which of them it has."""
    from pyarrow import types

    encoded = column if types.is_dictionary(column.type) else column.dictionary_encode()
    return encoded.unify_dictionaries().combine_chunks()


def _decoded(encoded: pa.DictionaryArray) -> tuple[StringArray, IndexArray]:
    """Different values as texts, and for each row which of them it has.

    Equal numbers give equal texts, empty cells an empty one.
    """
    cells = encoded.dictionary.to_pylist()
    texts = ["" if cell is None else _as_read(str(cell)) for cell in cells]
    values, place = np.unique(np.array([*texts, ""]), return_inverse=True)
    return values, place[encoded.indices.fill_null(len(cells)).to_numpy(zero_copy_only=False)]


def _as_read(cell: str) -> str:
    text = cell.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    if np.isnan(number):
        return ""
    return str(int(number)) if number.is_integer() else repr(number)


def _by_count(values: StringArray, codes: IndexArray) -> list[tuple[str, int]]:
    """Values that are not empty and how often they occur, the most frequent first."""
    counts = zip(values.tolist(), np.bincount(codes, minlength=values.size).tolist(), strict=True)
    found = [(value, count) for value, count in counts if value and count]
    return sorted(found, key=lambda item: -item[1])


def _most_listed(table: RawTable, name: str) -> int:
    """How many values of a column a message lists."""
    return _LISTED_SOURCES if name in table.sources else _LISTED


def _counted(values: StringArray, codes: IndexArray, most: int) -> str:
    """The most frequent values with their numbers of readings."""
    found = _by_count(values, codes)
    listed = ", ".join(f"{value}: {count}" for value, count in found[:most])
    return f"{listed}, ..." if len(found) > most else listed
