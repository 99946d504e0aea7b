"""Reader for tables with one row per power reading: text, Parquet, or MATLAB files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
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
from rfsl.flights.readers.columns import NEEDED, OPTIONAL, constants, listed, resolved
from rfsl.flights.readers.content import Kind, is_packed, kind_of, read_bytes, start_of
from rfsl.flights.readers.delimited import open_delimited
from rfsl.flights.readers.kismet import holds_sqlite, is_sqlite, open_kismet
from rfsl.flights.readers.long_tables import shortened
from rfsl.flights.readers.lora_packets import is_lora_packets, open_lora_packets
from rfsl.flights.readers.matlab import open_matlab
from rfsl.flights.readers.parquet import open_parquet
from rfsl.flights.readers.powder import is_powder, open_powder
from rfsl.flights.readers.raw_table import RawTable
from rfsl.flights.readers.srsue import is_srsue, open_srsue
from rfsl.flights.readers.text import read_text, text_pieces
from rfsl.flights.readers.times import seconds
from rfsl.flights.readers.transmitters import check_one_transmitter, chosen_rows, told_chosen
from rfsl.flights.readers.wigle import is_wigle, open_wigle
from rfsl.geometry.frames import LocalFrame

if TYPE_CHECKING:
    import pyarrow as pa

#: Columns of the attitude, in the order of `Flight`.
ANGLES: tuple[ColumnName, ...] = ("roll_deg", "pitch_deg", "yaw_deg")

#: Formats of texts other than plain tables: what recognizes one by its start, and what opens it.
_TEXTS = (
    (is_srsue, open_srsue),
    (is_wigle, open_wigle),
    (is_powder, open_powder),
    (is_lora_packets, open_lora_packets),
)
#: Columns that are not used are looked at for transmitters so many at once.
_CHECKED_AT_ONCE = 16


def open_table(path: Path) -> RawTable | None:
    """The table in a file, whatever the file is called; None if it holds a text but no table.

    Raises:
        FlightError: the file cannot be read.
    """
    if is_sqlite(path):  # not read as a whole, since it may hold every packet
        return open_kismet(path)
    start = start_of(path, 128)
    if holds_sqlite(start):
        raise FlightError(f"{path}: it is a compressed database; unpack it first")
    kind = kind_of(path, start)
    if kind is Kind.TEXT:
        first = next(text_pieces(path), "")
        for recognizes, opens in _TEXTS:
            if recognizes(first):
                return opens(path, read_text(path))
        return open_delimited(path, lambda: text_pieces(path))
    content = read_bytes(path) if is_packed(path) else path
    return open_parquet(path, content) if kind is Kind.PARQUET else open_matlab(path, content)


@dataclass(frozen=True)
class Rows:
    """The rows of a table that are used; S of them.

    Attributes:
        names: the table's own names of the columns.
        values: (S,) of each column that it has, in the units of its name.
        notes: what was left out, and how the columns were read.
    """

    names: Mapping[ColumnName, str]
    values: Mapping[ColumnName, FloatArray]
    notes: tuple[str, ...]

    def attitude_rad(self) -> FloatArray:
        """Roll, pitch and yaw (S, 3); zero where the table has none."""
        none = np.zeros(self.values["time_s"].size)
        return np.radians(np.column_stack([self.values.get(name, none) for name in ANGLES]))

    def quality_db(self) -> FloatArray:
        """The quality (S,); NaN if the table has none."""
        return self.values.get("quality_db", np.full(self.values["time_s"].size, np.nan))


def read_table(table: RawTable, frame: LocalFrame, settings: FlightSettings) -> Flight:
    """The flight of a table.

    Columns are those of `rfsl.flights.readers.columns`, under the names of `settings.columns`. In a
    MATLAB file, the names of AFAR files are known too. `settings.where` chooses rows.

    Raises:
        FlightError: see `used_rows`; also, the positions are of another place, or the table holds
            no flight (see `cut_flight`).
    """
    rows = used_rows(table, settings, settings.where)
    values = rows.values
    x_m, y_m, far = local_position(
        _position_columns(table, rows.names),
        values["latitude_deg"],
        values["longitude_deg"],
        frame,
        settings,
    )
    absent = [name for name in ANGLES if name not in values]
    level = [f"{', '.join(absent)} not logged, taken as zero"] if absent else []
    raw = Flight(
        time_s=values["time_s"],
        position_m=np.column_stack([x_m, y_m, values["height_m"] + settings.height_offset_m]),
        attitude_rad=rows.attitude_rad(),
        rss_db=values["rss_db"],
        quality_db=rows.quality_db(),
        notes=(*rows.notes, *level, *far),
    )
    return cut_flight(raw, settings, str(table.path))


def used_rows(
    table: RawTable,
    settings: FlightSettings,
    where: Mapping[str, str],
    needed: Collection[ColumnName] = tuple(NEEDED),
    optional: Collection[ColumnName] = tuple(OPTIONAL),
) -> Rows:
    """The rows of a table that are used, with their columns as numbers.

    Args:
        table: the table.
        settings: names of its columns.
        where: the rows that are wanted, as `FlightSettings.where`.
        needed: columns that it must have.
        optional: columns that it may have.

    Raises:
        FlightError: a column is missing, occurs twice or holds something else than numbers (the
            message has the first such row), or the rows are of several transmitters.
    """
    names = resolved(table, settings.columns, needed, optional)
    afar = table.known == AFAR_NAMES and is_afar(table.names)
    others = [] if afar else _others(table, [*names.values(), *where])
    table, where, shorter = shortened(table, names.values(), where)
    columns = table.read(list(dict.fromkeys(names.values())))
    _check_lengths(table, columns)
    notes = [*table.notes, *shorter]
    values: dict[ColumnName, FloatArray] = {}
    for column, name in names.items():
        read = seconds if column == "time_s" else RawTable.numbers
        values[column], told = read(table, name, columns[name])
        notes += told
    count = values["time_s"].size
    for column, value in constants(table, settings.columns).items():
        if column in (*needed, *optional):
            values[column] = np.full(count, value)
            notes.append(f"{column} is {value:g} in every row (flights.columns)")
    chosen = chosen_rows(table, where, count)
    notes += told_chosen(where, chosen)
    for first in range(0, len(others), _CHECKED_AT_ONCE):
        group = others[first : first + _CHECKED_AT_ONCE]
        unused = {name: read for name, read in table.read(group).items() if len(read) == count}
        if "rss_db" in values:
            check_one_transmitter(table, unused, chosen, values["time_s"], values["rss_db"])
    if others:
        notes.append(f"columns not used: {listed(others)}")
    if afar and names.get("height_m") == AFAR_NAMES["height_m"]:
        values["height_m"] = values["height_m"] + settings.afar_height_correction_m
    used = {column: column_values[chosen] for column, column_values in values.items()}
    return Rows(names, used, tuple(notes))


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
