"""Features: against plain references, and what must not change them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve
from scipy.signal.windows import gaussian
from sklearn.cluster import KMeans
from support.flights import flight_of

from rfsl.arrays import FloatArray
from rfsl.config.features import ClusteredSettings, NormalizedSettings
from rfsl.config.flights import FlightSettings
from rfsl.features.clustering import cluster_flight, group_means
from rfsl.features.representations import (
    RepresentationSettings,
    feature_count,
    input_scaling,
    representation_settings,
)
from rfsl.features.vectors import (
    clustered_features,
    flight_features,
    normalized_features,
    simulated_features,
)
from rfsl.flights.received import Received
from rfsl.geometry.trajectories import Trajectory

CLUSTERED = ClusteredSettings()
NORMALIZED = NormalizedSettings(group_size=10)
FLIGHTS = FlightSettings()


def flown(seed: int, samples: int = 4000) -> tuple[FloatArray, FloatArray]:
    """A lawnmower track and a noisy RSS with one maximum on it."""
    rng = np.random.default_rng(seed)
    time = np.linspace(0.0, 1.0, samples)
    xy_m = np.column_stack([200.0 * time, 100.0 * np.abs((8 * time) % 2 - 1)])
    source_m = rng.uniform((0.0, 0.0), (200.0, 100.0))
    distance_m = np.hypot(np.linalg.norm(xy_m - source_m, axis=1), 25.0)
    return xy_m, -20.0 * np.log10(distance_m) + rng.standard_normal(samples)


def test_a_smoothing_of_zero_is_none() -> None:
    xy_m, rss_db = flown(0)
    settings = CLUSTERED.model_copy(update={"smoothing_sigma_samples": 0.0})
    clusters = cluster_flight(xy_m, rss_db, settings)
    np.testing.assert_allclose(clusters.smooth_db, group_means(rss_db, settings.group_size))


def test_group_means() -> None:
    values = np.arange(14.0).reshape(7, 2)
    np.testing.assert_allclose(group_means(values, 3), [[2, 3], [8, 9]])
    np.testing.assert_allclose(group_means(values, 1), values)


def test_clusters_against_a_plain_reference() -> None:
    """Equations of III-A and III-B written out with numpy and scikit-learn."""
    xy_m, rss_db = flown(0)
    pairs = [(2 * i, 2 * i + 1) for i in range(len(rss_db) // 2)]
    grouped = np.array([(rss_db[a] + rss_db[b]) / 2 for a, b in pairs])
    place = np.array([(xy_m[a] + xy_m[b]) / 2 for a, b in pairs])
    taps = gaussian(6 * 20 + 1, std=20.0)
    padded = np.pad(grouped, 60, mode="edge")
    smooth = convolve(padded, taps / taps.sum(), mode="valid")
    points = np.column_stack([place, smooth])
    standard = (points - points.mean(axis=0)) / points.std(axis=0)
    starts = [standard[100 * c : 100 * (c + 1)].mean(axis=0) for c in range(20)]
    labels = KMeans(20, init=np.array(starts), n_init=1).fit_predict(standard)
    rows = []
    for cluster in range(20):
        members = [i for i in range(len(smooth)) if labels[i] == cluster]
        best = sorted(members, key=lambda i: -smooth[i])[:40]
        rows.append(np.r_[np.mean(standard[best, 2]), np.mean(place[best], axis=0)])
    expected = np.array(sorted(rows, key=lambda row: -row[0])).ravel()
    found = clustered_features(xy_m, rss_db, CLUSTERED)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(-80, 80))
def test_power_offset_does_not_matter(seed: int, offset_db: float) -> None:
    """Measured power is uncalibrated, so features may not see its level."""
    xy_m, rss_db = flown(seed)
    # k-means is discontinuous: rounding may move a sample between cells, so compare loosely.
    base = clustered_features(xy_m, rss_db, CLUSTERED).reshape(20, 3)
    shifted = clustered_features(xy_m, rss_db + offset_db, CLUSTERED).reshape(20, 3)
    assert np.median(np.abs(base - shifted)) < 1e-3
    assert base[0] == pytest.approx(shifted[0], abs=1e-3)
    np.testing.assert_allclose(
        normalized_features(rss_db + offset_db, NORMALIZED),
        normalized_features(rss_db, NORMALIZED),
        atol=1e-5,
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000))
def test_clusters_are_ordered_and_inside_the_flight(seed: int) -> None:
    xy_m, rss_db = flown(seed)
    table = clustered_features(xy_m, rss_db, CLUSTERED).reshape(20, 3)
    assert (np.diff(table[:, 0]) <= 0).all()
    assert table[:, 1].min() >= 0.0 and table[:, 1].max() <= 200.0
    assert table[:, 2].min() >= 0.0 and table[:, 2].max() <= 100.0
    np.testing.assert_array_equal(
        table.ravel(), clustered_features(xy_m, rss_db, CLUSTERED), "not deterministic"
    )


def test_small_clusters_use_all_their_samples() -> None:
    xy_m, rss_db = flown(1, samples=400)
    few = clustered_features(xy_m, rss_db, ClusteredSettings(strongest=10_000))
    more = clustered_features(xy_m, rss_db, ClusteredSettings(strongest=100_000))
    np.testing.assert_array_equal(few, more)


def test_normalized_spans_zero_to_one() -> None:
    _, rss_db = flown(3)
    features = normalized_features(rss_db, NORMALIZED)
    assert features.shape == (400,)
    assert features.min() == 0.0
    assert features.max() == 1.0


def test_unusable_flights_are_refused() -> None:
    xy_m, rss_db = flown(0)
    with pytest.raises(ValueError, match="15 grouped samples cannot be cut into 20 clusters"):
        clustered_features(xy_m[:30], rss_db[:30], CLUSTERED)
    with pytest.raises(ValueError, match="constant"):
        clustered_features(xy_m, np.zeros_like(rss_db), CLUSTERED)
    with pytest.raises(ValueError, match="constant"):
        clustered_features(np.zeros_like(xy_m), rss_db, CLUSTERED)
    with pytest.raises(ValueError, match="constant"):
        normalized_features(np.zeros_like(rss_db), NORMALIZED)


def test_a_flown_log_and_the_simulation_agree() -> None:
    """A log of the simulated trajectory, at another sampling rate, gives the same features."""
    xy_m, rss_db = flown(4)
    time_s = np.arange(4000) * 0.03
    trajectory = Trajectory(time_s, np.column_stack([xy_m, np.full(4000, 30.0)]))
    simulated = [
        vector
        for settings in (CLUSTERED, NORMALIZED)
        for vector in simulated_features(
            [Received(rss_db.astype(np.float32))], trajectory, settings
        )
        if vector is not None
    ]
    flight = flight_of(trajectory.position_m, rss_db + 17.0, np.nan, interval_s=0.03)
    np.testing.assert_allclose(
        flight_features(flight, trajectory, CLUSTERED, FLIGHTS)[:3], simulated[0][:3], atol=0.01
    )
    np.testing.assert_allclose(
        flight_features(flight, trajectory, NORMALIZED, FLIGHTS), simulated[1], atol=1e-4
    )
    slower = flight.samples(slice(0, 4000, 2))
    resampled = flight_features(slower, trajectory, NORMALIZED, FLIGHTS)
    assert resampled.shape == simulated[1].shape
    assert np.corrcoef(resampled, simulated[1])[0, 1] > 0.95


@pytest.mark.parametrize(
    "settings",
    [
        CLUSTERED,
        NORMALIZED,
        CLUSTERED.model_copy(update={"unlocked": "kept"}),
        NORMALIZED.model_copy(update={"unlocked": "interpolated"}),
    ],
)
def test_a_lost_signal_is_the_same_in_the_field_and_in_simulation(
    settings: RepresentationSettings,
) -> None:
    """A receiver that holds a signal from the thousandth sample on, but for a gap."""
    xy_m, rss_db = flown(4)
    number = np.arange(4000)
    locked = (number >= 1000) & ((number < 2000) | (number >= 2300))
    rss_db = np.where(locked, rss_db, -99.0)
    trajectory = Trajectory(number * 0.03, np.column_stack([xy_m, np.full(4000, 30.0)]))
    log = Received(rss_db, locked)
    (simulated,) = simulated_features([log], trajectory, settings)
    quality_db = np.where(locked, 72.0, 42.0)
    flight = flight_of(trajectory.position_m, rss_db, quality_db, interval_s=0.03)
    field = flight_features(flight, trajectory, settings, FLIGHTS)
    assert simulated is not None
    np.testing.assert_allclose(field, simulated, atol=1e-5)
    (whole,) = simulated_features([Received(rss_db)], trajectory, settings)
    assert (settings.unlocked == "kept") == np.array_equal(simulated, whole)


def test_interpolated_over_what_was_not_locked() -> None:
    """Power that rises evenly is found again in a gap of its floor."""
    rss_db = np.linspace(-80.0, -40.0, 400)
    locked = np.arange(400) % 100 < 60
    locked[-1] = True
    trajectory = Trajectory(np.arange(400.0), np.random.default_rng(0).normal(size=(400, 3)))
    log = Received(np.where(locked, rss_db, -99.0), locked)
    settings = NormalizedSettings(group_size=10, unlocked="interpolated")
    (found,) = simulated_features([log], trajectory, settings)
    np.testing.assert_allclose(found, normalized_features(rss_db, settings), atol=1e-6)


def test_a_signal_that_is_hardly_held_has_no_features() -> None:
    xy_m, rss_db = flown(4)
    trajectory = Trajectory(np.arange(4000.0), np.column_stack([xy_m, np.full(4000, 30.0)]))
    logs = [Received(rss_db, np.arange(4000) < count) for count in (0, 30, 4000)]
    never, hardly, always = simulated_features(logs, trajectory, CLUSTERED)
    assert never is hardly is None
    assert always is not None


def test_a_source_has_the_same_features_alone_and_among_others() -> None:
    rows = [flown(seed)[1].astype(np.float32) for seed in range(6)]
    xy_m = flown(0)[0]
    trajectory = Trajectory(np.arange(4000.0), np.column_stack([xy_m, np.full(4000, 30.0)]))
    together = list(simulated_features(map(Received, rows), trajectory, CLUSTERED))
    for row, features in zip(rows, together, strict=True):
        alone = clustered_features(xy_m, row, CLUSTERED)
        np.testing.assert_array_equal(features, alone)


def test_scaling_brings_features_to_about_one() -> None:
    xy_m, rss_db = flown(5)
    trajectory = Trajectory(np.arange(4000.0), np.column_stack([xy_m, np.full(4000, 30.0)]))
    offset, scale = input_scaling(CLUSTERED, trajectory, (100.0, 50.0), (100.0, 50.0))
    assert offset.shape == (feature_count(CLUSTERED, trajectory),)
    scaled = (clustered_features(xy_m, rss_db, CLUSTERED) - offset) / scale
    assert np.abs(scaled.reshape(20, 3)[:, 1:]).max() <= 1.0
    assert feature_count(NORMALIZED, trajectory) == 400


def test_settings_from_plain_values() -> None:
    plain = {"representation": "normalized", "group_size": 7}
    assert representation_settings(plain) == NormalizedSettings(group_size=7)


def test_the_partition_of_a_flight() -> None:
    clusters = cluster_flight(*flown(2), CLUSTERED)
    sizes = np.bincount(clusters.labels, minlength=20)
    assert (sizes > 0).all()
    for number in range(20):
        mine = clusters.labels == number
        chosen = mine & clusters.selected
        assert chosen.sum() == min(40, mine.sum())
        # No sample left out is stronger than one selected.
        left = clusters.smooth_db[mine & ~clusters.selected]
        assert left.size == 0 or left.max() <= clusters.smooth_db[chosen].min()
        np.testing.assert_allclose(clusters.table[number, 1:], clusters.xy_m[chosen].mean(axis=0))
