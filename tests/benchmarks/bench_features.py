"""Features of simulated flights on one core, beside scikit-learn and SciPy in a loop over flights.

The k-means is exact, so both partitions have to be the same, and with them their inertia.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from paper_spiral import model, sources_m, trajectory
from ratios import Row, Timed
from scipy.ndimage import gaussian_filter1d
from sklearn.cluster import KMeans

from rfsl.arrays import Float32Array, FloatArray
from rfsl.config.features import ClusteredSettings
from rfsl.features.vectors import simulated_features
from rfsl.flights.received import Received

FLIGHTS = 20
TRAJECTORY = trajectory()
XY_M = TRAJECTORY.position_m[:, :2]
SETTINGS = ClusteredSettings()


def flights(count: int) -> list[Float32Array]:
    rng = np.random.default_rng(0)
    level = np.zeros((1, 3))
    names = ["two_ray", "free_space"]
    return [
        (model(names[row % 2])(TRAJECTORY.position_m, level, source_m[None])[0]).astype(np.float32)
        + rng.standard_normal(len(XY_M), dtype=np.float32)
        for row, source_m in enumerate(sources_m(count))
    ]


def plain_features(rss_dbm: FloatArray) -> Float32Array:
    """III-A and III-B of the paper written down with SciPy and scikit-learn."""
    clusters, size = SETTINGS.clusters, SETTINGS.group_size
    grouped_db = rss_dbm.astype(float).reshape(-1, size).mean(axis=1)
    xy_m = XY_M.reshape(-1, size, 2).mean(axis=1)
    smooth_db = gaussian_filter1d(
        grouped_db, SETTINGS.smoothing_sigma_samples, truncate=3.0, mode="nearest"
    )
    points = np.column_stack([xy_m, smooth_db])
    points = (points - points.mean(axis=0)) / points.std(axis=0)
    starts = np.array([part.mean(axis=0) for part in np.array_split(points, clusters)])
    labels = KMeans(clusters, init=starts, n_init=1).fit_predict(points)
    rows = []
    for cluster in range(clusters):
        members = np.flatnonzero(labels == cluster)
        best = members[np.argsort(-smooth_db[members], kind="stable")[: SETTINGS.strongest]]
        rows.append([points[best, 2].mean(), *xy_m[best].mean(axis=0)])
    table = np.array(rows)
    return table[np.argsort(-table[:, 0], kind="stable")].ravel().astype(np.float32)


def test_clustered_features(ratio_row: Callable[..., Row]) -> None:
    rows = flights(FLIGHTS)
    received = [Received(row) for row in rows]
    found = list(simulated_features(received, TRAJECTORY, SETTINGS))
    np.testing.assert_allclose(found, [plain_features(row) for row in rows], rtol=1e-4, atol=1e-4)
    np.testing.assert_array_equal(found, list(simulated_features(received, TRAJECTORY, SETTINGS)))
    ratio_row(
        Timed(
            "group, smooth, cluster, features, one core",
            lambda: list(simulated_features(received, TRAJECTORY, SETTINGS)),
            FLIGHTS,
            time.process_time,
        ),
        Timed(
            "SciPy, scikit-learn KMeans n_init=1",
            lambda: [plain_features(row) for row in rows],
            FLIGHTS,
            time.process_time,
        ),
        unit="flights/s",
        to_reach="ratio 2",
        rounds=9,
    )
