"""Parquet files as raw tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import MOST_ROWS, RawTable

if TYPE_CHECKING:
    import pyarrow as pa


def open_parquet(path: Path, content: bytes) -> RawTable:
    """The table of a Parquet file.

    Args:
        path: the file, for messages.
        content: its bytes.

    Raises:
        FlightError: it cannot be read, or claims too many rows.
    """
    from pyarrow import BufferReader, types  # here, since it loads slowly
    from pyarrow.parquet import ParquetFile

    def damaged(error: Exception) -> FlightError:
        return FlightError(f"{path}: cannot be read as Parquet ({error}); export it again")

    try:
        file = ParquetFile(BufferReader(content))
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

    plain = [field.name for field in schema if not types.is_nested(field.type)]
    return RawTable(path, tuple(schema.names), tuple(plain), read)
