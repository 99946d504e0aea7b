"""Reads and writes simulated RSS, results/simulation/.../{shard}.arrow."""

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

#: RSS is stored in hundredths of a dBm: fine beside a noise of 1 dB, and half as large as float32.
_CDBM = 100.0
_LARGEST_CDBM = np.iinfo(np.int16).max
#: Sources that are written at once.
_PIECE_SOURCES = 50


@dataclass(frozen=True)
class SimulatedRss:
    """A shard of the simulation, mapped into memory.

    Attributes:
        source_xy_m: (N, 2) source positions, east and north.
        rss_cdbm: RSS in hundredths of a dBm (int16), in pieces (n, S) that are views of the file.
    """

    source_xy_m: Float32Array
    rss_cdbm: list[NDArray[np.int16]]

    def rss_dbm(self) -> Iterator[Float32Array]:
        """RSS (S,) in dBm of each source in turn."""
        for piece in self.rss_cdbm:
            for row in piece:
                yield row * np.float32(1.0 / _CDBM)


def write_simulation(
    source_xy_m: FloatArray, rss_dbm: Iterable[Float32Array], path: str | Path
) -> None:
    """Write one shard as an uncompressed Arrow file, which a reader can map into memory.

    The columns are `source_x_m`, `source_y_m` and `rss_cdbm`, the RSS in hundredths of a dBm as
    int16. Its range is ±327.67 dBm; values beyond are clipped.

    Args:
        source_xy_m: (N, 2) source positions.
        rss_dbm: RSS (S,) of each source in turn.

    Raises:
        DataError: an RSS is not a number, or the file cannot be written.
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
    """Map a shard that `write_simulation` wrote.

    Raises:
        DataError: the file cannot be read or is no such shard.
    """
    table = read_arrow(path, "simulation file", numbers=SOURCE_COLUMNS, vectors=["rss_cdbm"])
    return SimulatedRss(source_positions_m(table), vector_pieces(table.column("rss_cdbm")))
