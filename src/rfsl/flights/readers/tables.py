"""Reader for tables with one row per power reading: text, Parquet, or MATLAB files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import ColumnName, FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.flight import Flight
from rfsl.flights.plausible import local_position
from rfsl.flights.readers.afar import AFAR_NAMES, is_afar
from rfsl.flights.readers.columns import constants, listed, resolved
from rfsl.flights.readers.content import Kind, kind_of, read_bytes
from rfsl.flights.readers.delimited import open_delimited
from rfsl.flights.readers.matlab import open_matlab
from rfsl.flights.readers.parquet import open_parquet
from rfsl.flights.readers.raw_table import RawTable
from rfsl.flights.readers.text import as_text
from rfsl.flights.readers.times import seconds
from rfsl.flights.readers.transmitters import check_one_transmitter, chosen_rows
from rfsl.geometry.frames import LocalFrame

if TYPE_CHECKING:
    import pyarrow as pa

_ANGLES: tuple[ColumnName, ...] = ("roll_deg", "pitch_deg", "yaw_deg")


def open_table(path: Path) -> RawTable | None:
    """The table in a file, whatever the file is called; None if it holds a text but no table.

    Raises:
        FlightError: the file cannot be read.
    """
    content = read_bytes(path)
    kind = kind_of(path, content)
    if kind is Kind.PARQUET:
        return open_parquet(path, content)
    if kind is Kind.MATLAB:
        return open_matlab(path, content)
    return open_delimited(path, as_text(path, content))


def read_table(table: RawTable, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """The flight of a table.

    Columns are those of `rfsl.flights.readers.columns`, under the names of `settings.columns`. In a
    MATLAB file, the names of AFAR files are known too. `settings.where` chooses rows.

    Raises:
        FlightError: a column is missing, occurs twice or holds something else than numbers (the
            message has the first such row), the rows are of several transmitters, the positions are
            of another place, or the table holds no flight (see `cut_flight`).
    """
    names = resolved(table, settings.columns)
    afar = table.known == AFAR_NAMES and is_afar(table.names)
    others = [] if afar else _others(table, [*names.values(), *settings.where])
    columns = table.read(list(dict.fromkeys(names.values())))
    _check_lengths(table, columns)
    notes = list(table.notes)
    time_s, told = seconds(table, names["time_s"], columns[names["time_s"]])
    notes += told
    values: dict[ColumnName, FloatArray] = {}
    for column, name in names.items():
        if column != "time_s":
            values[column], told = table.numbers(name, columns[name])
            notes += told
    for column, value in constants(table, settings.columns).items():
        values[column] = np.full(time_s.size, value)
        notes.append(f"{column} is {value:g} in every row (flights.columns)")
    rows = chosen_rows(table, settings.where)
    if rows is None:
        rows = np.ones(time_s.size, dtype=bool)
    else:
        chosen = ", ".join(f"{name}={value}" for name, value in settings.where.items())
        notes.append(
            f"{int(rows.sum())} of {rows.size} rows have {chosen}; the others are not used"
        )
    unused = {
        name: column for name, column in table.read(others).items() if len(column) == rows.size
    }
    check_one_transmitter(table, unused, rows, time_s, values["rss_db"])
    if others:
        notes.append(f"columns not used: {listed(others)}")
    if afar:
        values["height_m"] = values["height_m"] + settings.afar_height_correction_m
    absent = [name for name in _ANGLES if name not in values]
    if absent:
        notes.append(f"{', '.join(absent)} not logged, taken as zero")
    none = np.zeros(time_s.size)
    x_m, y_m, far = local_position(
        _position_columns(table, names),
        values["latitude_deg"][rows],
        values["longitude_deg"][rows],
        frame,
        settings,
    )
    raw = Flight(
        time_s=time_s[rows],
        position_m=np.column_stack([x_m, y_m, values["height_m"][rows]]),
        attitude_rad=np.radians(np.column_stack([values.get(name, none) for name in _ANGLES]))[
            rows
        ],
        rss_db=values["rss_db"][rows],
        quality_db=values.get("quality_db", np.full(time_s.size, np.nan))[rows],
        notes=(*notes, *far),
    )
    return cut_flight(raw, settings, str(table.path))


def _position_columns(table: RawTable, names: Mapping[ColumnName, str]) -> str:
    """The file, and the columns of its positions where they have other names."""
    latitude, longitude = names["latitude_deg"], names["longitude_deg"]
    if (latitude, longitude) == ("latitude_deg", "longitude_deg"):
        return str(table.path)
    return f"{table.path} (latitude {latitude}, longitude {longitude})"


def _others(table: RawTable, used: Collection[str]) -> list[str]:
    """Columns that are not used, each once."""
    return [name for name in dict.fromkeys(table.plain) if name not in used]


def _check_lengths(table: RawTable, columns: Mapping[str, pa.ChunkedArray]) -> None:
    """Check that the columns have equally many rows; the fields of a MATLAB file may differ."""
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise FlightError(f"{table.path}: fields differ in length: {lengths}")
