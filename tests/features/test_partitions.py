"""Ways to cut a flight into cells, and the settings of the clusters made from them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from sklearn.cluster import KMeans
from support.flights import flight_of

from rfsl.arrays import FloatArray
from rfsl.config.features import ClusteredSettings
from rfsl.config.flights import FlightSettings
from rfsl.features.clustering import cluster_flight
from rfsl.features.partitions import PARTITIONS, by_neighbours, by_place, by_place_and_rss, by_rss
from rfsl.features.vectors import flight_features
from rfsl.geometry.trajectories import Trajectory

CELLS = 20


def standardized(seed: int, samples: int = 3000) -> FloatArray:
    """x, y and RSS of a winding flight past a source."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0.0, 1.0, samples)
    xy = np.column_stack([time, np.abs((8 * time) % 2 - 1)])
    rss = -20 * np.log10(np.hypot(np.linalg.norm(xy - rng.uniform(0, 1, 2), axis=1), 0.2))
    points = np.column_stack([xy, rss + 0.1 * rng.standard_normal(samples)])
    return np.asarray((points - points.mean(axis=0)) / points.std(axis=0))


@pytest.mark.parametrize("name", sorted(PARTITIONS))
def test_every_partition_is_whole_and_the_same_each_time(name: str) -> None:
    points = standardized(0)
    labels = PARTITIONS[name](points, CELLS)
    assert labels.shape == (3000,)
    assert np.unique(labels).tolist() == list(range(CELLS))
    np.testing.assert_array_equal(labels, PARTITIONS[name](points, CELLS))


@pytest.mark.parametrize("name", sorted(PARTITIONS))
def test_separate_groups_are_found(name: str) -> None:
    """Four clouds far apart in everything: any sensible partition into four returns them."""
    rng = np.random.default_rng(1)
    truth = np.repeat(np.arange(4), 300)
    points = 10.0 * truth[:, None] + 0.3 * rng.standard_normal((1200, 3))
    labels = PARTITIONS[name](points, 4)
    pairs = {(a, b) for a, b in zip(truth.tolist(), labels.tolist(), strict=True)}
    assert len(pairs) == 4


def inertia(points: FloatArray, labels: np.ndarray) -> float:
    return sum(
        float(np.square(points[labels == c] - points[labels == c].mean(axis=0)).sum())
        for c in np.unique(labels)
    )


def test_k_means_is_near_the_best_of_many_starts() -> None:
    points = standardized(2)
    best = KMeans(CELLS, n_init=20, random_state=0).fit(points).inertia_
    assert inertia(points, by_place_and_rss(points, CELLS)) < 1.1 * best


def test_what_each_partition_looks_at() -> None:
    points = standardized(3)
    elsewhere = points.copy()
    elsewhere[:, 2] = np.roll(points[:, 2], 700)
    np.testing.assert_array_equal(by_place(points, CELLS), by_place(elsewhere, CELLS))
    moved = np.column_stack([np.roll(points[:, :2], 700, axis=0), points[:, 2]])
    np.testing.assert_array_equal(by_rss(points, CELLS), by_rss(moved, CELLS))
    bands = [points[by_rss(points, CELLS) == cell, 2] for cell in range(CELLS)]
    ends = sorted((band.min(), band.max()) for band in bands)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


def test_neighbours_keep_touching_places_together() -> None:
    """Two crossings of one place at very different RSS stay apart, unlike by place alone."""
    points = standardized(4)
    points[1500:, :2] = points[1499::-1, :2]
    points[:, 2] = np.where(np.arange(3000) < 1500, -3.0, 3.0)
    early, late = by_neighbours(points, CELLS)[:1500], by_neighbours(points, CELLS)[1500:]
    assert not set(early) & set(late)
    by_xy = by_place(points, CELLS)
    assert set(by_xy[:1500]) & set(by_xy[1500:])


def flown() -> tuple[FloatArray, FloatArray]:
    points = standardized(5, samples=4000)
    return 100.0 * points[:, :2], 8.0 * points[:, 2] - 60.0


def test_order_by_time() -> None:
    xy_m, rss_db = flown()
    clusters = cluster_flight(xy_m, rss_db, ClusteredSettings(order="time"))
    middle = [np.flatnonzero(clusters.labels == cell).mean() for cell in range(20)]
    assert (np.diff(middle) > 0).all()
    by_power = cluster_flight(xy_m, rss_db, ClusteredSettings())
    assert sorted(clusters.table[:, 0]) == pytest.approx(sorted(by_power.table[:, 0]))


def test_raw_rss_is_the_standardized_one_in_db() -> None:
    xy_m, rss_db = flown()
    raw = cluster_flight(xy_m, rss_db, ClusteredSettings(rss_scale="raw"))
    plain = cluster_flight(xy_m, rss_db, ClusteredSettings())
    level_db, spread_db = plain.smooth_db.mean(), plain.smooth_db.std()
    np.testing.assert_allclose(raw.table[:, 0], level_db + spread_db * plain.table[:, 0])
    np.testing.assert_allclose(raw.table[:, 1:], plain.table[:, 1:])


def test_dropping_unlocked_samples() -> None:
    xy_m, rss_db = flown()
    locked = np.arange(4000) >= 1000
    flight = flight_of(
        np.column_stack([xy_m, np.full(4000, 30.0)]),
        np.where(locked, rss_db, -99.0),
        np.where(locked, 72.0, 42.0),
        interval_s=0.03,
    )
    trajectory = Trajectory(flight.time_s, flight.position_m)
    dropped, kept = (ClusteredSettings(unlocked=choice) for choice in ("dropped", "kept"))
    settings = FlightSettings()
    np.testing.assert_array_equal(
        flight_features(flight, trajectory, dropped, settings),
        flight_features(flight.samples(locked), trajectory, kept, settings),
    )
    assert not np.array_equal(
        flight_features(flight, trajectory, dropped, settings),
        flight_features(flight, trajectory, kept, settings),
    )
