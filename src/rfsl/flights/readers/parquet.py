"""Parquet files as raw tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import MOST_ROWS, RawTable

if TYPE_CHECKING:
    import pyarrow as pa

#: Rows that are read at once, if not all are.
_BATCH_ROWS = 262_144


def open_parquet(path: Path, content: Path | bytes) -> RawTable:
    """The table of a Parquet file.

    Args:
        path: the file, for messages.
        content: the file to read, or its bytes if they had to be unpacked.

    Raises:
        FlightError: it cannot be read, or claims too many rows.
    """
    from pyarrow import BufferReader, Table, memory_map, types  # here, since it loads slowly
    from pyarrow.parquet import ParquetFile

    def damaged(error: Exception) -> FlightError:
        return FlightError(f"{path}: cannot be read as Parquet ({error}); export it again")

    try:
        packed = isinstance(content, bytes)
        file = ParquetFile(BufferReader(content) if packed else memory_map(str(content)))
        schema, rows = file.schema_arrow, file.metadata.num_rows
    except Exception as error:  # pyarrow raises many kinds on damaged files
        raise damaged(error) from error
    if rows > MOST_ROWS:
        raise FlightError(f"{path}: it has {rows:,} rows; {MOST_ROWS:,} at the most")

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        try:
            table = file.read(columns=list(names), use_threads=False)
            return {name: table.column(name) for name in names}
        except Exception as error:
            raise damaged(error) from error

    def pieces(names: Sequence[str]) -> Iterator[dict[str, pa.ChunkedArray]]:
        try:
            for batch in file.iter_batches(_BATCH_ROWS, columns=list(names), use_threads=False):
                table = Table.from_batches([batch])
                yield {name: table.column(name) for name in names}
        except Exception as error:
            raise damaged(error) from error

    plain = [field.name for field in schema if not types.is_nested(field.type)]
    names = tuple(schema.names)
    return RawTable(path, names, tuple(plain), read, length=lambda _: rows, pieces=pieces)
