"""Clustering of one flight: group samples, smooth RSS, cut into cells, average the strongest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.features import ClusteredSettings
from rfsl.errors import UnusableFlightError
from rfsl.features.partitions import PARTITIONS

#: The Gaussian is cut at 3σ, so its window has the paper's 6σ + 1 taps.
_TRUNCATE_SIGMA = 3.0


def group_means(values: FloatArray, size: int) -> FloatArray:
    """Means of consecutive groups of N_g samples: ḡ_k = Σ_i v_(k N_g + i) / N_g (III-A, III-B).

    An incomplete last group is dropped.

    Args:
        values: (S, ...) samples.
        size: N_g.

    Returns:
        (S // N_g, ...).

    Example:
        >>> group_means(np.array([1.0, 3.0, 5.0, 7.0, 100.0]), 2).tolist()
        [2.0, 6.0]
    """
    groups = values.shape[0] // size
    members = values[: groups * size].reshape(groups, size, *values.shape[1:])
    means: FloatArray = members[:, 0].copy()
    for number in range(1, size):
        means += members[:, number]
    means /= size
    return means


@dataclass(frozen=True)
class Clusters:
    """The G grouped samples of one flight, cut into C_k cells.

    Attributes:
        xy_m: (G, 2) positions.
        smooth_db: (G,) smoothed RSS.
        labels: (G,) cell of each sample; `order` says how cells are numbered.
        selected: (G,) whether a sample is among the strongest of its cell.
        table: (C_k, 3) means over the selected samples of each cell: RSS (standardized over the
            flight or in dB, see `rss_scale`), x (m), y (m).
    """

    xy_m: FloatArray
    smooth_db: FloatArray
    labels: IndexArray
    selected: BoolArray
    table: FloatArray


def cluster_flight(xy_m: FloatArray, rss_db: FloatArray, settings: ClusteredSettings) -> Clusters:
    """The paper's 3D clustering of one flight (III-A, III-B).

    1. Positions and RSS are averaged over groups of N_g samples (`group_means`).
    2. RSS is smoothed by a Gaussian of σ grouped samples, w_j ∝ exp(−j²/2σ²) for |j| ≤ 3σ.
    3. x, y and RSS are standardized over the flight, and the samples are partitioned into C_k
       cells (`rfsl.features.partitions`).
    4. RSS, x and y are averaged over the n_t strongest samples of each cell.
    5. Cells are ordered by falling mean RSS, or by mean time.

    Args:
        xy_m: (S, 2) positions east, north.
        rss_db: (S,) RSS relative to any constant.
        settings: N_g, σ, C_k, n_t (`strongest`), partition and order.

    Raises:
        UnusableFlightError: the flight has fewer grouped samples than clusters, or power or
            position is constant.

    See also:
        `rfsl.features.vectors.clustered_features`: the vector that the network gets.

    Example:
        As many samples as clusters: every sample is its own cell, and the strongest comes first.

        >>> settings = ClusteredSettings(
        ...     group_size=1, smoothing_sigma_samples=0.0, clusters=13, strongest=1, rss_scale="raw"
        ... )
        >>> x_m = np.arange(13.0)
        >>> found = cluster_flight(np.column_stack([x_m, x_m**2]), -60.0 + x_m, settings)
        >>> found.table[0].tolist()
        [-48.0, 12.0, 144.0]
    """
    grouped_xy_m = group_means(xy_m, settings.group_size)
    return cluster_grouped(
        grouped_xy_m, group_means(rss_db.astype(float), settings.group_size), settings
    )


def cluster_grouped(
    xy_m: FloatArray, grouped_db: FloatArray, settings: ClusteredSettings
) -> Clusters:
    """`cluster_flight` for positions (G, 2) and RSS (G,) that are grouped already."""
    smooth_db = gaussian_filter(
        grouped_db, settings.smoothing_sigma_samples, truncate=_TRUNCATE_SIGMA, mode="nearest"
    )
    if smooth_db.size < settings.clusters:
        raise UnusableFlightError(
            f"{smooth_db.size} grouped samples cannot be cut into {settings.clusters} clusters"
        )
    columns = np.stack([*xy_m.T, smooth_db])
    columns -= columns.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(columns).mean(axis=1, keepdims=True))
    if not (spread > 0).all():
        raise UnusableFlightError("position or power is constant over the whole flight")
    standard = (columns / spread).T
    labels = PARTITIONS[settings.partition](standard, settings.clusters)
    sizes = np.bincount(labels, minlength=settings.clusters)
    if not sizes.all():
        raise UnusableFlightError(
            f"the flight has too few distinct positions and powers for {settings.clusters} clusters"
        )
    # Sort samples by cell, within a cell by falling RSS, and equally strong ones by time.
    ranked = np.argsort(-smooth_db, kind="stable")
    ranked = ranked[np.argsort(labels[ranked].astype(np.uint16), kind="stable")]
    firsts = np.cumsum(sizes) - sizes
    kept = np.minimum(sizes, settings.strongest)
    chosen = ranked[np.arange(ranked.size) - np.repeat(firsts, sizes) < np.repeat(kept, sizes)]
    level = standard[:, 2] if settings.rss_scale == "standardized" else smooth_db
    values = np.column_stack([level[chosen], xy_m[chosen]])
    table = np.add.reduceat(values, np.cumsum(kept) - kept) / kept[:, None]
    if settings.order == "rss":
        order = np.argsort(-table[:, 0], kind="stable")
    else:
        order = np.argsort(np.bincount(labels, np.arange(labels.size)) / sizes)
    selected = np.zeros(labels.size, dtype=bool)
    selected[chosen] = True
    return Clusters(xy_m, smooth_db, np.argsort(order)[labels], selected, table[order])
