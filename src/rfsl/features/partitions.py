"""Ways to cut the samples of a flight into cells; nothing in them is drawn at random.

Each takes standardized points (G, 3) of x, y and RSS in the order of time, and the number of cells,
and returns the cell of each point (G,).
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

#: The graph is built on about so many points of a flight; the others join the nearest of them.
_GRAPH_POINTS = 1000
_GRAPH_NEIGHBOURS = 10


def by_place_and_rss(points: FloatArray, cells: int) -> IndexArray:
    """k-means on x, y and RSS (the paper's), from the means of equal stretches of the flight."""
    return k_means(points, _equal_parts(points, cells))


def by_rss(points: FloatArray, cells: int) -> IndexArray:
    """k-means on RSS alone, from the means of equally many samples by rising RSS."""
    rss = points[:, 2:]
    return k_means(rss, _equal_parts(rss[np.argsort(rss[:, 0], kind="stable")], cells))


def by_place(points: FloatArray, cells: int) -> IndexArray:
    """k-means on x and y alone: the same cells for every source."""
    return k_means(points[:, :2], _equal_parts(points[:, :2], cells))


def by_neighbours(points: FloatArray, cells: int) -> IndexArray:
    """Ward's merging along the graph of nearest neighbours in x, y and RSS.

    Successive points are linked too, which keeps the graph in one piece.
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
