"""Tables of text: fields separated by commas, tabs, semicolons, bars or blanks."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import FEW_DAMAGED, RawTable
from rfsl.flights.readers.text import cut_off

if TYPE_CHECKING:
    import pyarrow as pa

#: Separators that are tried; the one that makes most fields of the first line is taken.
_SEPARATORS = (",", "\t", ";", "|")
#: Fields are separated by any number of blanks.
_BLANKS = " "
#: A longer line names no columns.
_LONGEST_HEAD = 100_000
#: Characters of numbers and clock times. A first line of nothing else names no columns.
_NUMERIC = set("0123456789+-.,:eETZ/ ")


@dataclass(frozen=True)
class _Head:
    """The first line of a table.

    Attributes:
        names: of the columns.
        unnamed: the first row, if nothing names the columns; empty otherwise.
        separator: one of `_SEPARATORS`, or `_BLANKS`.
        lines: number of lines before the first row.
    """

    names: tuple[str, ...]
    unnamed: str
    separator: str
    lines: int


def open_delimited(path: Path, text: str) -> RawTable | None:
    """The table of a text; None if it does not look like one.

    The first line names the columns. Blank lines, lines that begin with # and a title with another
    number of fields may stand before it. If the first line is a row of numbers, the last line that
    begins with # names the columns if it has as many names. Otherwise the names are 1, 2, 3, ...

    Args:
        path: file of the text, for messages.
        text: its content; lines end in a line feed.

    Raises:
        FlightError: more than 5 % of the rows have more or fewer fields than there are columns; the
            message has the first such line. Fewer are left out.
    """
    notes = []
    if not text.endswith("\n") and "\n" in text:  # the last row may be cut inside a number
        text = text[: text.rindex("\n") + 1]
        notes.append(cut_off(path))
    lines = text.split("\n")
    head = _head(lines)
    if head is None:
        return None
    columns, damaged = _columns(path, head, lines)

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        return {name: columns[head.names.index(name)] for name in names}

    return RawTable(
        path,
        head.names,
        head.names,
        read,
        unnamed=head.unnamed,
        decimal_comma=head.separator != ",",
        notes=(*notes, *damaged),
    )


def _head(lines: list[str]) -> _Head | None:
    shown = [(number, line) for number, line in enumerate(lines) if line.strip()]
    comments = [item for item in shown[:200] if item[1].lstrip().startswith("#")]
    body = [item for item in shown[: len(comments) + 10] if item not in comments]
    while len(body) > 2 and _is_title(*(line for _, line in body[:3])):
        body = body[1:]
    if not body:
        return None
    (first, line), second = body[0], body[1][1] if len(body) > 1 else ""
    separator = _separator(line, second) if len(line) <= _LONGEST_HEAD else None
    if separator is None:
        return None
    names = _fields(line, separator)
    if not set("".join(names)) <= _NUMERIC:
        return _Head(tuple(names), "", separator, first + 1)
    before = [text for number, text in comments if number < first]
    named = _fields(before[-1].lstrip("# \t"), separator) if before else []
    if len(named) == len(names):
        return _Head(tuple(named), "", separator, first)
    numbers = tuple(str(number) for number in range(1, len(names) + 1))
    return _Head(numbers, line, separator, first)


def _is_title(line: str, second: str, third: str) -> bool:
    """Whether a line stands before the names: the next one has only names, as many as the third.

    Some programs begin with `sep=;`, or with the version of the program.
    """
    if max(len(line), len(second), len(third)) > _LONGEST_HEAD:
        return False
    separator = _separator(second, third)
    if separator is None:
        return False
    names, cells = _fields(second, separator), _fields(third, separator)
    named = not any(name and set(name) <= _NUMERIC for name in names)
    return named and len(_fields(line, separator)) != len(names) == len(cells)


def _separator(first: str, second: str) -> str | None:
    """What separates the fields of the first two lines; None if nothing seems to."""
    fields = {separator: len(_fields(first, separator)) for separator in _SEPARATORS}
    best = max(fields, key=lambda separator: fields[separator])
    if fields[best] > 2 or (fields[best] == 2 == len(_fields(second, best))):
        return best
    cells = second.split()
    numeric = sum(set(cell) <= _NUMERIC for cell in cells)
    if len(first.split()) == len(cells) >= 2 and numeric > len(cells) / 2:
        return _BLANKS
    return None


def _fields(line: str, separator: str) -> list[str]:
    if separator == _BLANKS:
        return line.split()
    (fields,) = csv.reader([line], delimiter=separator, skipinitialspace=True)
    return [field.strip().strip('"').strip() for field in fields]


def _columns(path: Path, head: _Head, lines: list[str]) -> tuple[list[pa.ChunkedArray], list[str]]:
    """The columns of the rows, as text, and a note on the rows that were left out."""
    from pyarrow import ArrowInvalid, csv, string

    numbered = [
        (number, line)
        for number, line in enumerate(lines[head.lines :], head.lines)
        if line.strip()
    ]
    whole = [(number, line) for number, line in numbered if "\0" not in line]
    separator, rows = head.separator, [line for _, line in whole]
    if separator == _BLANKS:
        separator, rows = "\t", ["\t".join(row.split()) for row in rows]
    uneven: list[Any] = []

    def left_out(row: Any) -> str:
        uneven.append(row)
        return "skip"

    keys = [str(number) for number in range(len(head.names))]  # names may occur twice
    try:
        columns = csv.read_csv(
            io.BytesIO("\n".join(rows).encode()),
            csv.ReadOptions(use_threads=False, column_names=keys),
            csv.ParseOptions(delimiter=separator, invalid_row_handler=left_out),
            csv.ConvertOptions(column_types=dict.fromkeys(keys, string())),
        ).columns
    except ArrowInvalid as error:
        if rows:
            raise FlightError(
                f"{path}: cannot be read as a table ({error}); export it again"
            ) from error
        columns = _no_rows(keys)
    if uneven and len(uneven) > 1 + FEW_DAMAGED * len(rows):
        first = uneven[0]
        raise FlightError(
            f"{path}, line {whole[first.number - 1][0] + 1}: found {first.actual_columns} fields "
            f"in {first.text[:80]!r}; the first line names {first.expected_columns} columns. "
            "Separate fields by commas and write decimals with a point"
        )
    damaged = {number for number, line in numbered if "\0" in line}
    damaged |= {whole[row.number - 1][0] for row in uneven}
    if not damaged:
        return columns, []
    return columns, [f"{len(damaged)} damaged rows left out, the first is line {min(damaged) + 1}"]


def _no_rows(keys: list[str]) -> list[pa.ChunkedArray]:
    import pyarrow as pa

    return [pa.chunked_array([], pa.string()) for _ in keys]
