"""Simulated RSS as results/simulation/.../{shard}.arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from rfsl.arrays import Float32Array, FloatArray
from rfsl.errors import DataError
from rfsl.io.arrow import read_arrow, vector_column, vector_pieces, write_arrow_pieces
from rfsl.io.tables import SOURCE_COLUMNS, source_positions_m

#: Hundredths of a dBm in one: a hundredth of the noise's spread, and half the size of a float32.
_CDBM = 100.0
_LARGEST_CDBM = np.iinfo(np.int16).max
#: Sources of a shard that are written at once.
_PIECE_SOURCES = 50


@dataclass(frozen=True)
class SimulatedRss:
    """A mapped shard of the simulation.

    Attributes:
        source_xy_m: (N, 2) source positions.
        rss_cdbm: RSS in hundredths of a dBm, int16, in pieces (n, S) that are views of the file.
    """

    source_xy_m: Float32Array
    rss_cdbm: list[NDArray[np.int16]]

    def rss_dbm(self) -> Iterator[Float32Array]:
        """RSS (S,) of each source in dBm."""
        for piece in self.rss_cdbm:
            for row in piece:
                yield row * np.float32(1.0 / _CDBM)


def write_simulation(
    source_xy_m: FloatArray, rss_dbm: Iterable[Float32Array], path: str | Path
) -> None:
    """Write one shard as an uncompressed Arrow file, so that a reader maps it into memory.

    Columns are `source_x_m`, `source_y_m` and `rss_cdbm`, the RSS rounded to a hundredth of a dBm
    as int16, which reaches to ±327 dBm; what is beyond becomes that.

    Args:
        source_xy_m: (N, 2).
        rss_dbm: (S,) of each source in turn.

    Raises:
        DataError: RSS that is not a number.
    """

    def pieces() -> Iterator[pyarrow.RecordBatch]:
        rows = iter(rss_dbm)
        for start in range(0, len(source_xy_m), _PIECE_SOURCES):
            xy_m = source_xy_m[start : start + _PIECE_SOURCES]
            rss_cdbm = np.stack([_cdbm(row, path) for row in islice(rows, len(xy_m))])
            yield pyarrow.RecordBatch.from_arrays(
                [pyarrow.array(xy_m[:, 0]), pyarrow.array(xy_m[:, 1]), vector_column(rss_cdbm)],
                names=[*SOURCE_COLUMNS, "rss_cdbm"],
            )

    write_arrow_pieces(pieces(), path)


def _cdbm(rss_dbm: Float32Array, path: str | Path) -> NDArray[np.int16]:
    if np.isnan(rss_dbm).any():
        raise DataError(f"{path}: a simulated RSS is not a number; check the config's settings")
    scaled = np.rint(rss_dbm * np.float32(_CDBM))
    return np.clip(scaled, -_LARGEST_CDBM, _LARGEST_CDBM, out=scaled).astype(np.int16)


def read_simulation(path: str | Path) -> SimulatedRss:
    """Map a shard that `write_simulation` wrote."""
    table = read_arrow(path, "simulation file", numbers=SOURCE_COLUMNS, vectors=["rss_cdbm"])
    return SimulatedRss(source_positions_m(table), vector_pieces(table.column("rss_cdbm")))
