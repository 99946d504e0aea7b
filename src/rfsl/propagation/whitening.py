"""Whitening of the shadowing of long flights, in time and memory that grow with their length.

The exponential process along a path is a Markov process, and a part that every cell has of its own
is noise on it. So a Kalman filter gives the innovations, and what it takes over from earlier cells
falls by a factor with each cell. The whitening matrix therefore has a narrow band of numbers that
are not zero to rounding. Shadowing that belongs to the place has no such band: there a cell is
predicted from those earlier cells that correlate with it most (Vecchia, "Estimation and model
identification for continuous spatial processes", 1988).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray, IndexArray
from rfsl.propagation.shadowing import Residual, unit_covariance, unit_whitener

#: Up to so many cells, the whole matrix costs no more than its band.
_FEW_CELLS = 512
#: Rows of the matrix that are multiplied at once.
_ROWS = 64
#: Entries of the band below this are left out; those of its diagonal are above 0.3.
_NEGLIGIBLE = 1e-18
#: Up to so many cells, shadowing that belongs to the place is whitened exactly.
_EXACT_CELLS = 1024
#: Rows of a strip where it is not, and earlier cells that they are predicted from.
_PLACE_ROWS, _NEIGHBOURS = 16, 192


@dataclass(frozen=True)
class Strip:
    """Some rows of the whitening matrix, with the columns in which they are not zero."""

    rows: slice
    columns: slice | IndexArray
    matrix: FloatArray


@dataclass(frozen=True)
class Whitener:
    """Makes the unit shadowing of C cells white: a lower-triangular matrix, by strips of its rows.

    Attributes:
        strips: cover all rows.

    See also: `rfsl.propagation.shadowing.unit_whitener`, the whole matrix.
    """

    strips: tuple[Strip, ...]

    @classmethod
    def of(cls, position_m: FloatArray, travelled_m: FloatArray, residual: Residual) -> Whitener:
        """That of a residual at the cells of a flight, or of a part of it.

        It is exact to rounding, except for shadowing that belongs to the place (`place_share`) on
        more than 1,024 cells. There, each 16 cells are predicted from the 192 earlier ones that
        correlate with them most, and not from all. Innovations of unit variance then differ by
        about 0.001.

        Args:
            position_m, travelled_m: as for `rfsl.propagation.shadowing.unit_covariance`.

        Example:
            >>> along_m = 10.0 * np.arange(600.0)
            >>> residual = Residual(
            ...     depression_edges_deg=(0.0, 90.0), std_db=(8.0,), correlation_distance_m=20.0,
            ...     uncorrelated=0.4,
            ... )
            >>> white = Whitener.of(np.zeros((600, 3)), along_m, residual)
            >>> dense = unit_whitener(np.zeros((600, 3)), along_m, residual)
            >>> values = np.sin(along_m)
            >>> bool(np.allclose(white(values), dense @ values, rtol=0.0, atol=1e-12))
            True
        """
        count = travelled_m.size
        if count <= _FEW_CELLS or (residual.place_share > 0.0 and count <= _EXACT_CELLS):
            every = slice(0, count)
            return cls((Strip(every, every, unit_whitener(position_m, travelled_m, residual)),))
        if residual.place_share > 0.0:
            return cls(tuple(_of_neighbours(position_m, travelled_m, residual)))
        return cls(tuple(_banded(travelled_m, residual)))

    def of_kind(self, kind: type[np.floating[Any]]) -> Whitener:
        """The same in another floating type, for values of that type."""
        return Whitener(
            tuple(
                replace(strip, matrix=strip.matrix.astype(kind, copy=False))
                for strip in self.strips
            )
        )

    def __call__(self, values: FloatArray) -> FloatArray:
        """Whitened values (C, ...) of the cells."""
        columns = values.reshape(len(values), -1)
        found = np.empty_like(columns)
        for strip in self.strips:
            np.matmul(strip.matrix, columns[strip.columns], out=found[strip.rows])
        return found.reshape(values.shape)


def _banded(travelled_m: FloatArray, residual: Residual) -> Iterator[Strip]:
    """Strips of the exact matrix for shadowing along the path.

    With the correlation φ of neighbouring cells, the filter's variance P of the prediction and its
    gain K = P / (P + u²), the weights of earlier cells in the prediction of the next one are
    φ (1 − K) times those in this one, and φ K for this one.
    """
    step = np.exp(-np.diff(travelled_m) / residual.correlation_distance_m).tolist()
    own = residual.uncorrelated**2
    variance, weights, first = 1.0, np.empty(0), 0
    rows: list[tuple[int, FloatArray]] = []
    for number in range(travelled_m.size):
        spread = np.sqrt(variance + own)
        rows.append((first, np.append(-weights, 1.0) / spread))
        if len(rows) == _ROWS or number + 1 == travelled_m.size:
            yield _strip(rows, number + 1)
            rows = []
        if number + 1 < travelled_m.size:
            gain, along = variance / (variance + own), step[number]
            weights = np.append(along * (1.0 - gain) * weights, along * gain)
            variance = along**2 * variance * (1.0 - gain) + 1.0 - along**2
            kept = int(np.argmax(weights > _NEGLIGIBLE)) if weights.max() > _NEGLIGIBLE else None
            dropped = weights.size if kept is None else kept
            weights, first = weights[dropped:], first + dropped


def _strip(rows: list[tuple[int, FloatArray]], end: int) -> Strip:
    """Neighbouring rows, each with the number of its first column, up to the row before `end`."""
    start = min(first for first, _ in rows)
    matrix = np.zeros((len(rows), end - start))
    for line, (first, row) in zip(matrix, rows, strict=True):
        line[first - start : first - start + row.size] = row
    return Strip(slice(end - len(rows), end), slice(start, end), matrix)


def _of_neighbours(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual
) -> Iterator[Strip]:
    """Strips in which cells are predicted from the earlier ones that correlate with them most."""
    from scipy.linalg import solve_triangular  # here, since it loads slowly

    count = travelled_m.size
    for start, end in pairwise([*range(0, count, _PLACE_ROWS), count]):
        alike = _greatest_correlation(position_m, travelled_m, residual, start, end)
        most = np.argsort(-alike, kind="stable")[:_NEIGHBOURS]
        columns = np.concatenate([np.sort(most), np.arange(start, end)])
        covariance = unit_covariance(position_m[columns], travelled_m[columns], residual)
        root = np.linalg.cholesky(covariance)
        rows = np.zeros((end - start, columns.size))
        rows[:, most.size :] = np.eye(end - start)
        matrix = solve_triangular(root, rows.T, lower=True, trans="T").T
        yield Strip(slice(start, end), columns, matrix)


def _greatest_correlation(
    position_m: FloatArray, travelled_m: FloatArray, residual: Residual, start: int, end: int
) -> FloatArray:
    """Greatest correlation (start,) of each earlier cell with one of the cells of a strip."""
    from scipy.spatial import cKDTree  # here, since it loads slowly

    away_m, _ = cKDTree(position_m[start:end]).query(position_m[:start])
    along_m = travelled_m[start] - travelled_m[:start]
    distance_m, share = residual.correlation_distance_m, residual.place_share
    return np.asarray(
        (1.0 - share) * np.exp(-along_m / distance_m) + share * np.exp(-away_m / distance_m)
    )
