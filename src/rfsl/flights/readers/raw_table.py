"""A table as it lies in a file: its columns by name, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import FloatArray
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
    """

    path: Path
    names: tuple[str, ...]
    plain: tuple[str, ...]
    read: Callable[[Sequence[str]], dict[str, pa.ChunkedArray]]
    known: Mapping[ColumnName, str] = field(default_factory=dict)
    unnamed: str = ""
    decimal_comma: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

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
                f"{self.path}, row {wrong[0] + 1}, column {name}: found "
                f"{str(cells[wrong[0]])[:40]!r}; {needed}"
            )
        return values, [
            f"{len(wrong)} cells of column {name} that cannot be read left out, the first in row "
            f"{wrong[0] + 1}"
        ]


def absent(cell: str) -> bool:
    """Whether a cell of text says that there is no value."""
    return cell == "" or cell in _ABSENT
