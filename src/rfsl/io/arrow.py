"""Uncompressed Arrow files, which a reader maps into memory, with columns of vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.ipc
from numpy.typing import NDArray

from rfsl.errors import DataError
from rfsl.io.writing import written_beside


def write_arrow(table: pyarrow.Table, path: str | Path) -> None:
    """Write a table in one piece, so that a mapped column is one array.

    Raises:
        DataError: the file cannot be written.
    """
    empty = pyarrow.RecordBatch.from_pylist([], table.schema)
    write_arrow_pieces(table.combine_chunks().to_batches() or [empty], path)


def write_arrow_pieces(pieces: Iterable[pyarrow.RecordBatch], path: str | Path) -> None:
    """Write a table piece by piece; one piece is in memory at a time.

    Args:
        pieces: at least one, all with the same columns.

    Raises:
        DataError: the file cannot be written.
    """
    pieces = iter(pieces)
    first = next(pieces)
    with (
        written_beside(path) as temporary,
        pyarrow.OSFile(str(temporary), "wb") as sink,
        pyarrow.ipc.new_file(sink, first.schema) as writer,
    ):
        for piece in chain([first], pieces):
            writer.write_batch(piece)


def read_arrow(
    path: str | Path,
    kind: str,
    *,
    numbers: Sequence[str],
    vectors: Sequence[str],
    optional: Sequence[str] = (),
) -> pyarrow.Table:
    """Map a table that `write_arrow` wrote.

    Args:
        kind: what the error message calls such a file.
        numbers, vectors: names of the columns of numbers and of vectors (`vector_column`).
        optional: names of further columns of vectors, which the file may lack.

    Returns:
        The table with these columns.

    Raises:
        DataError: the file cannot be read, has no rows or lacks one of these columns.
    """
    try:
        table = pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()
        vectors = [*vectors, *(name for name in optional if name in table.column_names)]
        table = table.select([*numbers, *vectors])
        if table.num_rows == 0:
            raise ValueError("no rows")
        for name in vectors:
            if not pyarrow.types.is_fixed_size_list(table.schema.field(name).type):
                raise ValueError(f"column {name} does not hold vectors")
    except (OSError, KeyError, ValueError, pyarrow.ArrowInvalid) as error:
        raise DataError(f"{path}: not a {kind} ({error}); delete it and run again") from error
    return table


def vector_column(values: NDArray[Any]) -> pyarrow.FixedSizeListArray:
    """Vectors (N, F) as a column of N fixed-size lists."""
    flat = pyarrow.array(np.ascontiguousarray(values).ravel())
    return pyarrow.FixedSizeListArray.from_arrays(flat, values.shape[1])


def vectors_of(column: pyarrow.ChunkedArray) -> NDArray[Any]:
    """Vectors (N, F) of a column: a view if the column is in one piece, else a copy."""
    pieces = vector_pieces(column)
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def vector_pieces(column: pyarrow.ChunkedArray) -> list[NDArray[Any]]:
    """Vectors (n, F) of each piece of a column, as views of the file."""
    width = column.type.list_size
    return [piece.flatten().to_numpy().reshape(-1, width) for piece in column.chunks]
