"""Tables of text: fields separated by commas, tabs, semicolons, bars or blanks."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import FEW_DAMAGED, RawTable, whole
from rfsl.flights.readers.text import cut_off

if TYPE_CHECKING:
    import pyarrow as pa

#: Separators that are tried; the one that makes most fields of the first line is taken.
_SEPARATORS = (",", "\t", ";", "|")
#: Fields are separated by any number of blanks.
_BLANKS = " "
#: Texts up to so many characters are parsed once; larger ones again for each use, so that they need
#: no more memory than the columns that are wanted.
_PARSED_ONCE = 64_000_000
#: Left behind by a logger that lost its supply.
_ZERO_BYTE = re.compile("\0")
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


def open_delimited(path: Path, texts: Callable[[], Iterable[str]]) -> RawTable | None:
    """The table of a text; None if it does not look like one.

    The first line names the columns. Blank lines, lines that begin with # and a title with another
    number of fields may stand before it. If the first line is a row of numbers, the last line that
    begins with # names the columns if it has as many names. Otherwise the names are 1, 2, 3, ...

    Args:
        path: file of the text, for messages.
        texts: gives its content in pieces of whole lines, each time anew; lines end in a line feed.
            The first piece holds all lines before the first row.

    Raises:
        FlightError: more than 5 % of the rows have more or fewer fields than there are columns; the
            message has the first such line. Fewer are left out.
    """
    head: _Head | None = None
    found, notes = _Found(), []
    kept: list[list[pa.ChunkedArray]] | None = []
    characters = 0
    for number, text in enumerate(texts()):
        lines, cut = _lines(text, number)
        notes += [cut_off(path)] if cut else []
        if number == 0:
            head = _head(lines)
        if head is None:
            return None
        columns = _columns(path, head, lines, found)
        characters += len(text)
        if kept is not None:
            kept.append(columns)
        if characters > _PARSED_ONCE:
            kept = None
    if head is None:
        return None
    found.check(path)
    names = head.names

    def pieces(wanted: Sequence[str]) -> Iterator[dict[str, pa.ChunkedArray]]:
        assert head is not None
        at = [names.index(name) for name in wanted]
        if kept is not None:
            for columns in kept:
                yield {name: columns[i] for name, i in zip(wanted, at, strict=True)}
            return
        again = _Found()
        for number, text in enumerate(texts()):
            lines, _ = _lines(text, number)
            yield dict(zip(wanted, _columns(path, head, lines, again, at), strict=True))

    return RawTable(
        path,
        names,
        names,
        whole(pieces),
        unnamed=head.unnamed,
        decimal_comma=head.separator != ",",
        notes=(*notes, *found.notes()),
        length=lambda _: found.rows,
        pieces=pieces,
    )


@dataclass
class _Found:
    """What the pieces of a text held, so far.

    Attributes:
        lines: number of lines, those before the first row included.
        rows, uneven: number of rows that were read, and of those with another number of fields.
        first_uneven: line and content of the first of these.
        damaged: lines that were left out.
    """

    lines: int = 0
    rows: int = 0
    uneven: int = 0
    first_uneven: tuple[int, Any] | None = None
    damaged: set[int] = field(default_factory=set)

    def check(self, path: Path) -> None:
        if self.first_uneven is None or self.uneven <= 1 + FEW_DAMAGED * (self.rows + self.uneven):
            return
        line, row = self.first_uneven
        raise FlightError(
            f"{path}, line {line + 1}: found {row.actual_columns} fields in {row.text[:80]!r}; the "
            f"first line names {row.expected_columns} columns. Separate fields by commas and write "
            "decimals with a point"
        )

    def notes(self) -> list[str]:
        if not self.damaged:
            return []
        first = min(self.damaged) + 1
        return [f"{len(self.damaged)} damaged rows left out, the first is line {first}"]


def _lines(text: str, number: int) -> tuple[list[str], bool]:
    """The lines of a piece, and whether the last one is left out: it may be cut inside a number."""
    if text.endswith("\n") or ("\n" not in text and number == 0):
        return text.removesuffix("\n").split("\n"), False
    return text[: text.rfind("\n") + 1].removesuffix("\n").split("\n"), True


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


def _columns(
    path: Path, head: _Head, lines: list[str], found: _Found, wanted: Sequence[int] | None = None
) -> list[pa.ChunkedArray]:
    """Columns of the rows of a piece, as text.

    Args:
        lines: of the piece.
        found: what the pieces before held; what this one holds is added.
        wanted: numbers of the columns; None for all.
    """
    from pyarrow import ArrowInvalid, string
    from pyarrow import csv as csv_reader

    begin = max(0, head.lines - found.lines)
    offset = found.lines + begin
    found.lines += len(lines)
    rows = lines[begin:]
    numbers = range(offset, offset + len(rows))
    kept: Sequence[int] = numbers
    if not all(map(str.strip, rows)) or any(map(_ZERO_BYTE.search, rows)):
        found.damaged |= {n for n, line in zip(numbers, rows, strict=True) if "\0" in line}
        kept = [
            number
            for number, line in zip(numbers, rows, strict=True)
            if line.strip() and "\0" not in line
        ]
        rows = [rows[number - offset] for number in kept]
    separator = head.separator
    if separator == _BLANKS:
        separator, rows = "\t", ["\t".join(row.split()) for row in rows]

    def left_out(row: Any) -> str:
        line = kept[row.number - 1]
        found.first_uneven = found.first_uneven or (line, row)
        found.uneven += 1
        found.damaged.add(line)
        return "skip"

    keys = [str(number) for number in range(len(head.names))]  # names may occur twice
    included = keys if wanted is None else [keys[number] for number in dict.fromkeys(wanted)]
    try:
        table = csv_reader.read_csv(
            io.BytesIO("\n".join(rows).encode()),
            csv_reader.ReadOptions(use_threads=False, column_names=keys),
            csv_reader.ParseOptions(delimiter=separator, invalid_row_handler=left_out),
            csv_reader.ConvertOptions(
                column_types=dict.fromkeys(keys, string()), include_columns=included
            ),
        )
    except ArrowInvalid as error:
        if rows:
            raise FlightError(
                f"{path}: cannot be read as a table ({error}); export it again"
            ) from error
        return _no_rows(keys if wanted is None else [keys[number] for number in wanted])
    found.rows += table.num_rows
    return [table.column(key) for key in (keys if wanted is None else [keys[n] for n in wanted])]


def _no_rows(keys: list[str]) -> list[pa.ChunkedArray]:
    import pyarrow as pa

    return [pa.chunked_array([], pa.string()) for _ in keys]
