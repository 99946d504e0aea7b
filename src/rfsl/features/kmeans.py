"""k-means of samples in the order of time, with the labels of scikit-learn's Lloyd iterations.

Successive samples of a flight are close to each other, so most stretches of them lie within one
cell. For such a stretch one distance to each center decides, and its sum enters the means. Only the
samples of stretches near a border are looked at one by one. The labels are those that scikit-learn
finds from the same start. Points in another order give the same labels, but take longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans

from rfsl.arrays import FloatArray, IndexArray

_STRETCH = 16
_ITERATIONS = 300
#: As in scikit-learn: iterations end when the squared moves of the centers add up to at most this
#: share of the mean variance of the coordinates.
_TOLERANCE = 1e-4


def k_means(points: FloatArray, starts: FloatArray) -> IndexArray:
    """Cell of each point by Lloyd's iterations from given centers.

    Two steps alternate: each point p_i joins the nearest center, cell_i = argmin_k |p_i − c_k|²,
    and each center c_k becomes the mean of its points. They end when the centers stay (see
    `_TOLERANCE`), or after 300 rounds.

    Args:
        points: (G, D); fastest in the order of time.
        starts: (K, D) first centers.

    Returns:
        (G,) number of the cell, 0 to K - 1.

    See also:
        `rfsl.features.partitions`: the coordinates and first centers that are used.

    Example:
        >>> points = np.array([[0.0], [1.0], [9.0], [10.0]])
        >>> k_means(points, starts=np.array([[0.0], [1.0]])).tolist()
        [0, 0, 1, 1]
    """
    samples = _Samples.of(points.astype(float, copy=False))
    centers = starts.astype(float)
    tolerance = _TOLERANCE * points.var(axis=0).mean()
    for _ in range(_ITERATIONS):
        assigned = samples.assigned(centers)
        sums = assigned.sums(len(centers))
        if not sums[-1].all():  # a cell lost its last point, which scikit-learn knows to fill
            found = KMeans(len(starts), init=starts, n_init=1).fit(points)
            return np.asarray(found.labels_, dtype=np.intp)
        moved = (sums[:-1] / sums[-1]).T
        shift = np.square(moved - centers).sum()
        if shift == 0.0:  # no label changed
            return assigned.labels()
        centers = moved
        if shift <= tolerance:
            break
    return samples.assigned(centers).labels()


@dataclass(frozen=True)
class _Assigned:
    """Cells of M stretches, and of the single samples of stretches near a border.

    Attributes:
        stretch_cell: (M,) nearest center of each stretch.
        mixed: numbers of the stretches whose samples are looked at one by one.
        single_cell: nearest center of each of those samples, then of the samples after the last
            full stretch.
        stretch_sums, single_points: (D + 1, M) and (D + 1, ...), what they add to their cells.
    """

    stretch_cell: NDArray[np.int64]
    mixed: IndexArray
    single_cell: NDArray[np.int64]
    stretch_sums: FloatArray
    single_points: FloatArray

    def sums(self, cells: int) -> FloatArray:
        """Sum of the points of each cell and, in the last row, their number; (D + 1, cells)."""
        pure = self.stretch_sums.copy()
        pure[:, self.mixed] = 0.0
        sums = np.empty((len(pure), cells))
        for row, whole, single in zip(sums, pure, self.single_points, strict=True):
            row[:] = np.bincount(self.stretch_cell, whole, cells)
            row += np.bincount(self.single_cell, single, cells)
        return sums

    def labels(self) -> IndexArray:
        """The cell (G,) of each point."""
        mixed_points = self.mixed.size * _STRETCH
        labels = np.repeat(self.stretch_cell, _STRETCH)
        labels.reshape(-1, _STRETCH)[self.mixed] = self.single_cell[:mixed_points].reshape(
            -1, _STRETCH
        )
        return np.concatenate([labels, self.single_cell[mixed_points:]])


@dataclass(frozen=True)
class _Samples:
    """Points by stretch; each has a last coordinate of 1, so that a sum also counts them.

    Attributes:
        stretches: (D + 1, M, _STRETCH) points of the full stretches.
        rest: (D + 1, ...) points after the last full stretch.
        sums, centers: (D + 1, M) sum and mean of each stretch.
        radius: (M,) radius of the ball around its center that holds the stretch.
        offset: added to every distance to make it positive.
    """

    stretches: FloatArray
    rest: FloatArray
    sums: FloatArray
    centers: FloatArray
    radius: FloatArray
    offset: float

    @classmethod
    def of(cls, points: FloatArray) -> _Samples:
        """From points (G, D) in the order of time."""
        count = len(points) // _STRETCH
        extended = np.concatenate([points.T, np.ones((1, len(points)))])
        whole = extended[:, : count * _STRETCH]
        stretches = whole.reshape(len(extended), count, _STRETCH)
        sums = stretches @ np.ones(_STRETCH)
        centers = sums / _STRETCH
        away = (whole - np.repeat(centers, _STRETCH, axis=1))[:-1]
        away *= away
        squared = away.sum(axis=0).reshape(count, _STRETCH).T.max(axis=0)
        # A hair more, so that rounding never hides a sample from its own center.
        radius = (1.0 + 1e-9) * np.sqrt(squared)
        offset = 1.0 + 4.0 * np.square(points).sum(axis=1).max()
        rest = extended[:, count * _STRETCH :]
        return cls(stretches, rest, sums, centers, radius, offset)

    def assigned(self, centers: FloatArray) -> _Assigned:
        """Nearest of the centers (K, D) to each stretch, or to each sample near a border."""
        plane = np.empty((len(centers), len(self.sums)))
        plane[:, :-1] = -2.0 * centers
        plane[:, -1] = np.square(centers).sum(axis=1) + self.offset
        distance, least, cell = _nearest(plane, self.centers)
        # A ball lies on its center's side of the border to another cell if its radius is less
        # than (d'² - d²) / (2 |c' - c|).
        apart = 2.0 * cdist(centers, centers)
        np.maximum(apart, 1e-300, out=apart)
        distance -= least + 1e-11  # what _nearest may have rounded off
        distance[cell, np.arange(cell.size)] = np.inf
        distance /= np.take(apart, cell, axis=1)
        mixed = np.flatnonzero(np.minimum.reduce(distance, axis=0) <= self.radius)
        singly = self.stretches[:, mixed].reshape(len(self.sums), -1)
        singly = np.concatenate([singly, self.rest], axis=1)
        return _Assigned(cell, mixed, _nearest(plane, singly)[2], self.sums, singly)


def _nearest(
    plane: FloatArray, points: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.int64]]:
    """Squared distances (K, M) up to a constant of each point, the smallest, and its center.

    The number of a center is written into the last bits of its distances, so the smallest distance
    also says which center it belongs to.
    """
    distance = plane @ points
    bits = distance.view(np.int64)
    last = (1 << (len(plane) - 1).bit_length()) - 1
    bits &= ~last
    bits |= np.arange(len(plane))[:, None]
    least = np.minimum.reduce(distance, axis=0)
    return distance, least, least.view(np.int64) & last
