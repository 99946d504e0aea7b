"""The network's input from a flight or from simulated RSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from rfsl.arrays import Float32Array, FloatArray
from rfsl.config.features import ClusteredSettings, NormalizedSettings
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.features.clustering import Clusters, cluster_flight, cluster_grouped, group_means
from rfsl.features.representations import RepresentationSettings
from rfsl.flights.flight import Flight
from rfsl.flights.lock import locked_by_quality
from rfsl.geometry.trajectories import Trajectory


def clustered_features(
    xy_m: FloatArray, rss_db: FloatArray, settings: ClusteredSettings
) -> Float32Array:
    """The cluster vector of one flight: `cluster_flight(...).table` in a row, (3 C_k,) float32."""
    return _features(cluster_flight(xy_m, rss_db, settings))


def _features(clusters: Clusters) -> Float32Array:
    return clusters.table.ravel().astype(np.float32)


def normalized_features(rss_db: FloatArray, settings: NormalizedSettings) -> Float32Array:
    """The paper's plain input: grouped RSS, min-max normalized to 0..1, in the order of time.

    Args:
        rss_db: (S,) RSS at the samples of the trajectory that the network was trained on.

    Returns:
        (S // N_g,) float32.

    Raises:
        UnusableFlightError: constant power.
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

    `normalized` needs one value per sample of the training trajectory: the log is interpolated to
    those times, and held at its last value if it is shorter.

    Args:
        trajectory: the part of the simulated trajectory that the network was trained on.
        flights: says which samples are locked.

    Raises:
        UnusableFlightError: the flight is too short or constant.
    """
    if isinstance(settings, ClusteredSettings):
        if settings.unlocked == "dropped":
            flight = flight.samples(locked_by_quality(flight, flights))
        return clustered_features(flight.position_m[:, :2], flight.rss_db, settings)
    return normalized_features(np.interp(trajectory.time_s, flight.time_s, flight.rss_db), settings)


def simulated_features(
    rss_rows: Iterable[Float32Array],
    trajectory: Trajectory,
    settings: RepresentationSettings,
) -> Iterator[Float32Array]:
    """Features of each simulated source, in order, one at a time.

    Args:
        rss_rows: RSS of each source, at least as many samples as the trajectory has; what comes
            after them is not used.
    """
    samples = trajectory.time_s.size
    xy_m = group_means(trajectory.position_m[:, :2], settings.group_size)  # once for all sources
    for rss_dbm in rss_rows:
        if isinstance(settings, ClusteredSettings):
            grouped_db = group_means(rss_dbm[:samples].astype(float), settings.group_size)
            yield _features(cluster_grouped(xy_m, grouped_db, settings))
        else:
            yield normalized_features(rss_dbm[:samples], settings)
