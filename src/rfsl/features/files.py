"""Feature vectors as results/features/.../{split}.parquet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow
import pyarrow.parquet

from rfsl.arrays import Float32Array
from rfsl.errors import DataError
from rfsl.io.arrow import vector_column, vectors_of
from rfsl.io.schemas import FeatureTable
from rfsl.io.tables import checked, read_parquet, source_positions_m
from rfsl.io.writing import written_beside


@dataclass(frozen=True)
class Features:
    """Feature vectors (N, F) and source positions (N, 2) of a data set."""

    source_xy_m: Float32Array
    features: Float32Array


def write_features(
    shards: Iterable[tuple[Float32Array, Iterable[Float32Array | None]]], path: str | Path
) -> None:
    """Write results/features/.../{split}.parquet: each row is a source position and its vector.

    Args:
        shards: source positions (n, 2) in metres and their vectors, n of (F,), shard by shard. Only
            one shard is in memory at a time. A source whose vector is None is left out.

    Raises:
        DataError: no source has a vector, a feature is NaN or infinite, or the file cannot be
            written.
    """
    pieces = filter(None, (_feature_table(xy_m, vectors, path) for xy_m, vectors in shards))
    first = next(pieces, None)
    if first is None:
        raise DataError(
            f"{path}: the simulated receiver never holds a signal long enough; check tracking: of "
            "the receiver that simulation.receivers names"
        )
    with (
        written_beside(path) as temporary,
        pyarrow.parquet.ParquetWriter(temporary, first.schema) as writer,
    ):
        for piece in chain([first], pieces):
            writer.write_table(piece)


def _feature_table(
    source_xy_m: Float32Array, vectors: Iterable[Float32Array | None], path: str | Path
) -> pyarrow.Table | None:
    found = list(vectors)
    kept = [vector is not None for vector in found]
    if not any(kept):
        return None
    x_m, y_m = source_xy_m[kept].astype(float).T
    frame = pd.DataFrame({"source_x_m": x_m, "source_y_m": y_m})
    table = pyarrow.Table.from_pandas(checked(frame, FeatureTable, path), preserve_index=False)
    features = np.stack([vector for vector in found if vector is not None]).astype(
        np.float32, copy=False
    )
    if not np.isfinite(features).all():
        raise DataError(f"{path}: features hold NaN or infinity")
    # The index that pandas describes in the metadata would differ from shard to shard.
    table = table.replace_schema_metadata(None)
    return table.append_column("features", vector_column(features))


def read_features(path: str | Path) -> Features:
    """Read what `write_features` wrote.

    Raises:
        DataError: the file is missing, damaged, or has no features.
    """
    table = read_parquet(path)
    if "features" not in table.column_names:
        raise DataError(f"{path}: no column `features`; delete it and run again")
    checked(table.drop_columns(["features"]).to_pandas(), FeatureTable, path)
    return Features(source_positions_m(table), vectors_of(table.column("features")))
