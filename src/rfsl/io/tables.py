"""Parquet tables that a schema checks on writing and reading, and tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet

from rfsl.arrays import Float32Array
from rfsl.errors import DataError
from rfsl.io.writing import written_beside

SOURCE_COLUMNS = ("source_x_m", "source_y_m")


def write_frame(
    frame: pd.DataFrame,
    path: str | Path,
    schema: type[pa.DataFrameModel],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Check a frame and write it as Parquet.

    Args:
        frame: with the columns of `schema`.
        metadata: texts by name that the file keeps beside the table.

    Raises:
        DataError: the frame does not have the schema, or the file cannot be written.
    """
    table = pyarrow.Table.from_pandas(checked(frame, schema, path), preserve_index=False)
    _write_parquet(table, path, metadata or {})


def read_frame(path: str | Path, schema: type[pa.DataFrameModel]) -> pd.DataFrame:
    """Read a Parquet file and check it.

    Raises:
        DataError: the file cannot be read, or its table does not have the schema.
    """
    return checked(read_parquet(path).to_pandas(), schema, path)


def write_tsv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table for people: tab-separated, numbers with six significant digits."""
    with written_beside(path) as temporary:
        frame.to_csv(temporary, sep="\t", index=False, float_format="%.6g", lineterminator="\n")


def source_positions_m(table: pyarrow.Table) -> Float32Array:
    """Source positions (N, 2), east and north, of a table with `SOURCE_COLUMNS`."""
    columns = [table.column(name).to_numpy() for name in SOURCE_COLUMNS]
    return np.column_stack(columns).astype(np.float32)


def checked(frame: pd.DataFrame, schema: type[pa.DataFrameModel], path: str | Path) -> pd.DataFrame:
    """The frame, if it has the schema.

    Args:
        path: file of the frame, for the message.

    Raises:
        DataError: it does not have the schema.
    """
    try:
        return pd.DataFrame(schema.validate(frame, lazy=True))
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as error:
        raise DataError(f"{path}: not a {schema.__name__}: {error}") from error


def _write_parquet(table: pyarrow.Table, path: str | Path, metadata: Mapping[str, str]) -> None:
    combined = {**(table.schema.metadata or {}), **{k: v.encode() for k, v in metadata.items()}}
    with written_beside(path) as temporary:
        pyarrow.parquet.write_table(table.replace_schema_metadata(combined), temporary)


def read_parquet(path: str | Path) -> pyarrow.Table:
    """Read a Parquet file, unchecked.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        return pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise DataError(
            f"{path}: cannot be read as Parquet ({error}); delete it and run again"
        ) from error
