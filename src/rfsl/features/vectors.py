"""The feature vector of a flown log, or of simulated RSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.features import ClusteredSettings, NormalizedSettings
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.features.clustering import Clusters, cluster_flight, cluster_grouped, group_means
from rfsl.features.representations import RepresentationSettings
from rfsl.flights.flight import Flight
from rfsl.flights.lock import locked_by_quality
from rfsl.flights.received import Received
from rfsl.geometry.trajectories import Trajectory


def clustered_features(
    xy_m: FloatArray, rss_db: FloatArray, settings: ClusteredSettings
) -> Float32Array:
    """Clustered features of one flight: the rows (RSS, x, y) of its C_k clusters, joined.

    Args:
        xy_m: (S, 2) positions east, north.
        rss_db: (S,) RSS relative to any constant.

    Returns:
        (3 C_k,) float32.

    Raises:
        UnusableFlightError: see `cluster_flight`.
    """
    return _features(cluster_flight(xy_m, rss_db, settings))


def _features(clusters: Clusters) -> Float32Array:
    return clusters.table.ravel().astype(np.float32)


def normalized_features(rss_db: FloatArray, settings: NormalizedSettings) -> Float32Array:
    """Normalized features of one flight, the paper's plain variant: (ḡ − min ḡ) / (max ḡ − min ḡ).

    ḡ is the RSS averaged over groups of N_g samples (`group_means`), in the order of time. A
    constant added to the RSS cancels.

    Args:
        rss_db: (S,) RSS at the samples of the trajectory that the network was trained on.

    Returns:
        (S // N_g,) float32, from 0 to 1.

    Raises:
        UnusableFlightError: power is constant.

    Example:
        >>> settings = NormalizedSettings(group_size=2)
        >>> normalized_features(np.array([-70.0, -70.0, -65.0, -65.0, -60.0, -60.0]), settings)
        array([0. , 0.5, 1. ], dtype=float32)
    """
    grouped = group_means(rss_db.astype(float), settings.group_size)
    span = np.ptp(grouped)
    if span == 0:
        raise UnusableFlightError("power is constant over the whole flight")
    return ((grouped - grouped.min()) / span).astype(np.float32)


def flight_features(
    flight: Flight,
    trajectory: Trajectory,
    settings: RepresentationSettings,
    flights: FlightSettings,
) -> Float32Array:
    """Features of a flown log, in the representation that `settings` belongs to.

    `normalized` needs one value for each sample of the training trajectory. The log is interpolated
    to those times; a shorter log keeps its last value.

    Args:
        trajectory: the part of the simulated trajectory that the network was trained on.
        flights: defines which samples are locked; the others are kept, dropped or interpolated
            over, as `unlocked` says.

    Returns:
        (F,) float32, F as in `rfsl.features.representations.feature_count`.

    Raises:
        UnusableFlightError: the flight is too short, or power or position is constant.
    """
    if settings.unlocked != "kept":
        flight = flight.samples(locked_by_quality(flight, flights))
    xy_m = flight.position_m[:, :2]
    return _sampled_features(flight.time_s, xy_m, flight.rss_db, trajectory, settings)


def _sampled_features(
    time_s: FloatArray,
    xy_m: FloatArray,
    rss_db: FloatArray,
    trajectory: Trajectory,
    settings: RepresentationSettings,
) -> Float32Array:
    """Features of samples (S,) that need not be those of the trajectory."""
    if isinstance(settings, ClusteredSettings):
        return clustered_features(xy_m, rss_db, settings)
    return normalized_features(np.interp(trajectory.time_s, time_s, rss_db), settings)


def simulated_features(
    received: Iterable[Received],
    trajectory: Trajectory,
    settings: RepresentationSettings,
) -> Iterator[Float32Array | None]:
    """Features of each simulated source, in order, one at a time.

    Samples without lock are kept, dropped or interpolated over, as in a flown log.

    Args:
        received: what is logged of each source, with at least the trajectory's S samples; later
            samples are not used.
        trajectory: the part of the simulated trajectory that is used, of S samples.

    Yields:
        (F,) float32 of each source; None if the receiver held its signal for too short a time.

    Raises:
        UnusableFlightError: power is constant, or the trajectory is too short.
    """
    samples = trajectory.time_s.size
    grouped_m = group_means(trajectory.position_m[:, :2], settings.group_size)  # once for all
    for log in received:
        part = log.until(samples)
        if part.locked is not None and settings.unlocked != "kept":
            yield _locked_features(part.rss_db, part.locked, trajectory, settings)
        elif isinstance(settings, ClusteredSettings):
            grouped_db = group_means(part.rss_db.astype(float), settings.group_size)
            yield _features(cluster_grouped(grouped_m, grouped_db, settings))
        else:
            yield normalized_features(part.rss_db, settings)


def _locked_features(
    rss_db: FloatArray,
    locked: BoolArray,
    trajectory: Trajectory,
    settings: RepresentationSettings,
) -> Float32Array | None:
    """Features from the locked samples alone; None if there are too few."""
    if not locked.any():
        return None
    time_s, xy_m = trajectory.time_s[locked], trajectory.position_m[locked, :2]
    try:
        return _sampled_features(time_s, xy_m, rss_db[locked], trajectory, settings)
    except UnusableFlightError:
        return None
