"""From a flight to the network's input: group, smooth, cluster; or group and normalize."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.features import ClusteredSettings
from rfsl.errors import UnusableFlightError
from rfsl.features.partitions import PARTITIONS

#: The Gaussian is cut at three σ, which makes its window the paper's 6σ + 1 taps.
_TRUNCATE_SIGMA = 3.0


def group_means(values: FloatArray, size: int) -> FloatArray:
    """Means of consecutive groups of `size` samples; an incomplete last group is dropped.

    Args:
        values: (S, ...) samples.

    Returns:
        (S // size, ...).
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
    """The partition of one flight's grouped samples (G of them) into C_k cells.

    Attributes:
        xy_m: (G, 2) positions.
        smooth_db: (G,) smoothed RSS.
        labels: (G,) cell of each sample; cells are numbered as `order` says.
        selected: (G,) whether a sample is among the strongest of its cell.
        table: (C_k, 3) RSS (standardized over the flight, or in dB, as `rss_scale` says), x (m),
            y (m) of the selected, averaged.
    """

    xy_m: FloatArray
    smooth_db: FloatArray
    labels: IndexArray
    selected: BoolArray
    table: FloatArray


def cluster_flight(xy_m: FloatArray, rss_db: FloatArray, settings: ClusteredSettings) -> Clusters:
    """The paper's 3D clustering of one flight (III-A, III-B).

    Grouped and smoothed samples, standardized in x, y and RSS, are partitioned into C_k cells (see
    `rfsl.features.partitions`). Of each cell the `strongest` samples are averaged. Cells are
    ordered by falling RSS of that average, or by time.

    Args:
        xy_m: (S, 2) positions east, north.
        rss_db: (S,) RSS over any constant.

    Raises:
        UnusableFlightError: fewer grouped samples than clusters, or constant power or position.
    """
    grouped_xy_m = group_means(xy_m, settings.group_size)
    return cluster_grouped(
        grouped_xy_m, group_means(rss_db.astype(float), settings.group_size), settings
    )


def cluster_grouped(
    xy_m: FloatArray, grouped_db: FloatArray, settings: ClusteredSettings
) -> Clusters:
    """`cluster_flight` of samples (G, 2) and (G,) that are grouped already."""
    smooth_db = gaussian_filter1d(
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
            f"the flight has fewer than {settings.clusters} distinct places and powers to cluster"
        )
    # Samples by cell and, within a cell, by falling RSS; equally strong ones by time.
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
