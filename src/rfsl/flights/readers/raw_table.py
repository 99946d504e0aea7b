"""A table as it lies in a file: its columns by name, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.flights import ColumnName
from rfsl.errors import FlightError

if TYPE_CHECKING:
    import pyarrow as pa

#: Largest number of rows (ten days at 30 Hz): a small file can claim any number.
MOST_ROWS = 30_000_000
#: A larger share of damaged rows or cells is an error; fewer are left out.
FEW_DAMAGED = 0.05
#: What programs write for a missing value.
_ABSENT = {"NA", "N/A", "n/a", "#N/A", "null", "NULL", "None", "NaN", "nan", "-nan", "<NA>"}


#: Gives columns by their names, each an Arrow array; it may raise a FlightError.
ReadColumns = Callable[[Sequence[str]], "dict[str, pa.ChunkedArray]"]
#: The same in pieces of some rows each.
ReadPieces = Callable[[Sequence[str]], "Iterator[dict[str, pa.ChunkedArray]]"]


@dataclass(frozen=True)
class RawTable:
    """A table in a file.

    Attributes:
        path: the file.
        names: every column, in the file's order; a name may occur twice.
        plain: the columns that hold a number, a text or a time in each row.
        read: gives columns by their names, each an Arrow array; it may raise a FlightError.
        known: names that the format has for the columns of a flight.
        unnamed: the first row, if the file does not name the columns and they are numbered; empty
            otherwise.
        decimal_comma: whether fields are separated by something else than commas, so that a comma
            inside a number can only be its decimal mark.
        sources: columns that say which source a row is of, by the format's definition.
        notes: what was left out.
        length: number of rows of some columns; 0 if it is not known before they are read.
        pieces: gives columns as `read` does, some rows at a time; None if the table has no pieces.
        row_numbers: number in the file of each row, from zero; None if it has every row.
    """

    path: Path
    names: tuple[str, ...]
    plain: tuple[str, ...]
    read: ReadColumns
    known: Mapping[ColumnName, str] = field(default_factory=dict)
    unnamed: str = ""
    decimal_comma: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    length: Callable[[Collection[str]], int] = lambda _: 0
    pieces: ReadPieces | None = None
    row_numbers: IndexArray | None = None

    def only(self, rows: BoolArray) -> RawTable:
        """The table with some of its rows only; the others are dropped piece by piece.

        Args:
            rows: (S,) mask of all rows.
        """
        read, numbers = self._kept_of_whole(rows), np.flatnonzero(rows)
        if self.pieces is not None:
            read = whole(self.pieces, rows)
        return replace(self, read=read, pieces=None, row_numbers=numbers)

    def _kept_of_whole(self, rows: BoolArray) -> ReadColumns:
        def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
            import pyarrow as pa

            mask = pa.array(rows)  # column by column, so that one is whole at a time
            return {name: self.read([name])[name].filter(mask) for name in names}

        return read

    def _row(self, index: int) -> int:
        """Number in the file of a row, from one."""
        return 1 + (index if self.row_numbers is None else int(self.row_numbers[index]))

    def numbers(
        self,
        name: str,
        column: pa.ChunkedArray,
        needed: str = "a number with a decimal point is needed",
    ) -> tuple[FloatArray, list[str]]:
        """A column as numbers (S,), NaN for cells without one, and notes on damaged cells.

        Args:
            name: the column, for messages.
            column: its cells.
            needed: what a cell should be, for messages.

        Raises:
            FlightError: more than 5 % of the cells hold something else than numbers (the message
                has the first such row), or the column is of another type.
        """
        import pyarrow as pa
        from pyarrow import compute, types

        kind = column.type
        if types.is_dictionary(kind):
            column = column.cast(kind.value_type)
            kind = column.type
        if types.is_string(kind) or types.is_large_string(kind):
            text = compute.utf8_trim_whitespace(column)
            if self.decimal_comma:
                text = compute.replace_substring_regex(text, r"^([+-]?\d*),(\d+)$", r"\1.\2")
            try:
                empty = compute.equal(text, "")
                values = compute.if_else(empty, None, text).cast(pa.float64())
            except pa.ArrowInvalid:
                return self.each(name, text.to_pylist(), float, needed)
        elif types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
            values = column.cast(pa.float64(), safe=False)
        elif types.is_null(kind):
            return np.full(len(column), np.nan), []
        else:
            raise FlightError(f"{self.path}, column {name}: found {kind}; numbers are needed")
        return np.array(values.to_numpy(), dtype=float), []

    def each(
        self, name: str, cells: list[str | None], read: Callable[[str], float], needed: str
    ) -> tuple[FloatArray, list[str]]:
        """Cells (S,) of a column read one by one, NaN for those without a value, and notes.

        Args:
            name: the column, for messages.
            cells: its cells.
            read: the number of a cell; it raises a ValueError if there is none.
            needed: what a cell should be, for messages.

        Raises:
            FlightError: more than 5 % of the cells cannot be read.
        """
        values = np.full(len(cells), np.nan)
        wrong = []
        for row, cell in enumerate(cells):
            if cell is None or absent(cell):
                continue
            try:
                values[row] = read(cell)
            except ValueError:
                wrong.append(row)
        if not wrong:
            return values, []
        if len(wrong) > 1 + FEW_DAMAGED * len(cells):
            raise FlightError(
                f"{self.path}, row {self._row(wrong[0])}, column {name}: found "
                f"{str(cells[wrong[0]])[:40]!r}; {needed}"
            )
        return values, [
            f"{len(wrong)} cells of column {name} that cannot be read left out, the first in row "
            f"{self._row(wrong[0])}"
        ]


def whole(pieces: ReadPieces, rows: BoolArray | None = None) -> ReadColumns:
    """Columns that are read piece by piece, as one.

    Args:
        pieces: gives the columns in pieces.
        rows: (S,) mask of the rows that are kept; None for all.
    """

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        chunks: dict[str, list[pa.Array]] = {name: [] for name in names}
        types: dict[str, pa.DataType] = {}
        done = 0
        for piece in pieces(names):
            end = done
            for name, column in piece.items():
                end = done + len(column)
                kept = column if rows is None else column.filter(pa.array(rows[done:end]))
                chunks[name] += kept.chunks
                types[name] = column.type
            done = end
        return {
            name: pa.chunked_array(chunks[name], types.get(name, pa.string())) for name in names
        }

    return read


def absent(cell: str) -> bool:
    """Whether a cell of text says that there is no value."""
    return cell == "" or cell in _ABSENT
