"""Ways to cut the samples of a flight into cells, without random draws.

Each takes points (G, 3) in the order of time and a number of cells, and returns the cell (G,) of
each point, counted from 0. The columns of a point are x, y and RSS, each standardized to mean 0 and
standard deviation 1 over the flight.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import coo_array
from scipy.spatial import KDTree
from sklearn.cluster import AgglomerativeClustering
from sklearn.neighbors import kneighbors_graph

from rfsl.arrays import FloatArray, IndexArray
from rfsl.features.kmeans import k_means

#: The graph is built on about this many points of a flight; the others join the nearest of them.
_GRAPH_POINTS = 1000
_GRAPH_NEIGHBOURS = 10


def by_place_and_rss(points: FloatArray, cells: int) -> IndexArray:
    """k-means on x, y and RSS (the paper's); it starts from the means of equal stretches.

    Example:
        >>> x = np.array([-1.2, -0.8, 0.8, 1.2])
        >>> points = np.column_stack([x, 0 * x, [1.0, 1.0, -1.0, -1.0]])
        >>> by_place_and_rss(points, 2).tolist()
        [0, 0, 1, 1]
    """
    return k_means(points, _equal_parts(points, cells))


def by_rss(points: FloatArray, cells: int) -> IndexArray:
    """k-means on RSS alone; it starts from the means of equal parts of the sorted RSS.

    Example:
        >>> points = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, -1.0], [2.0, 0.0, 1.1]])
        >>> by_rss(points, 2).tolist()
        [1, 0, 1]
    """
    rss = points[:, 2:]
    return k_means(rss, _equal_parts(rss[np.argsort(rss[:, 0], kind="stable")], cells))


def by_place(points: FloatArray, cells: int) -> IndexArray:
    """k-means on x and y alone: one path has the same cells for every source."""
    return k_means(points[:, :2], _equal_parts(points[:, :2], cells))


def by_neighbours(points: FloatArray, cells: int) -> IndexArray:
    """Ward's merging along the graph of nearest neighbours in x, y and RSS.

    Each point is linked to its 10 nearest neighbours, and to the points before and after it, which
    keeps the graph in one piece.
    """
    step = max(1, len(points) // _GRAPH_POINTS)
    nodes = points[::step]
    if len(nodes) < 2 * cells:
        nodes = points
    graph = kneighbors_graph(nodes, min(_GRAPH_NEIGHBOURS, len(nodes) - 1))
    ones = np.ones(len(nodes) - 1)
    chain = coo_array((ones, (np.arange(ones.size), np.arange(ones.size) + 1)), shape=graph.shape)
    links = graph + graph.T + chain + chain.T
    labels = AgglomerativeClustering(cells, connectivity=links).fit(nodes).labels_
    _, nearest = KDTree(nodes).query(points)
    return np.asarray(labels[nearest], dtype=np.intp)


#: Partitions by their name in the config.
PARTITIONS: dict[str, Callable[[FloatArray, int], IndexArray]] = {
    "xy_rss": by_place_and_rss,
    "rss": by_rss,
    "xy": by_place,
    "neighbour_graph": by_neighbours,
}


def _equal_parts(points: FloatArray, cells: int) -> FloatArray:
    return np.stack([part.mean(axis=0) for part in np.array_split(points, cells)])
