"""Reads and writes simulated RSS, results/simulation/.../{shard}.arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from rfsl.arrays import Float32Array, FloatArray
from rfsl.errors import DataError
from rfsl.flights.received import Received
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
        locked: 1 where the receiver held the signal, else 0 (uint8), in the same pieces; empty if
            it holds every signal.
    """

    source_xy_m: Float32Array
    rss_cdbm: list[NDArray[np.int16]]
    locked: list[NDArray[np.uint8]]

    def received(self) -> Iterator[Received]:
        """What is logged of each source in turn; RSS in dBm."""
        for piece, locked in zip_longest(self.rss_cdbm, self.locked):
            for number, row in enumerate(piece):
                held = None if locked is None else locked[number] > 0
                yield Received(row * np.float32(1.0 / _CDBM), held)


def write_simulation(
    source_xy_m: FloatArray, received: Iterable[Received], path: str | Path
) -> None:
    """Write one shard as an uncompressed Arrow file, which a reader can map into memory.

    The columns are `source_x_m`, `source_y_m`, `rss_cdbm`, the RSS in hundredths of a dBm as int16,
    and, of a receiver that can lose the signal, `locked` (0 or 1). The range of the RSS is
    ±327.67 dBm; values beyond are clipped.

    Args:
        source_xy_m: (N, 2) source positions.
        received: what is logged of each source in turn, with RSS (S,) in dBm.

    Raises:
        DataError: an RSS is not a number, or the file cannot be written.
    """

    def pieces() -> Iterator[pyarrow.RecordBatch]:
        rows = iter(received)
        for start in range(0, len(source_xy_m), _PIECE_SOURCES):
            xy_m = source_xy_m[start : start + _PIECE_SOURCES]
            piece = list(islice(rows, len(xy_m)))
            columns = {
                **dict(zip(SOURCE_COLUMNS, map(pyarrow.array, xy_m.T), strict=True)),
                "rss_cdbm": vector_column(np.stack([_cdbm(row.rss_db, path) for row in piece])),
            }
            locked = [row.locked for row in piece if row.locked is not None]
            if locked:
                columns["locked"] = vector_column(np.stack(locked).astype(np.uint8))
            yield pyarrow.RecordBatch.from_pydict(columns)

    write_arrow_pieces(pieces(), path)


def _cdbm(rss_dbm: FloatArray, path: str | Path) -> NDArray[np.int16]:
    if np.isnan(rss_dbm).any():
        raise DataError(f"{path}: a simulated RSS is not a number; check the config's settings")
    scaled = np.rint(rss_dbm * np.float32(_CDBM))
    return np.clip(scaled, -_LARGEST_CDBM, _LARGEST_CDBM, out=scaled).astype(np.int16)


def read_simulation(path: str | Path) -> SimulatedRss:
    """Map a shard that `write_simulation` wrote.

    Raises:
        DataError: the file cannot be read or is no such shard.
    """
    table = read_arrow(
        path, "simulation file", numbers=SOURCE_COLUMNS, vectors=["rss_cdbm"], optional=["locked"]
    )
    locked = vector_pieces(table.column("locked")) if "locked" in table.column_names else []
    return SimulatedRss(source_positions_m(table), vector_pieces(table.column("rss_cdbm")), locked)
