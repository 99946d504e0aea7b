"""Trained RealAdaptRNets as estimators."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.config.flights import FlightSettings
from rfsl.evaluation.trials import Candidate
from rfsl.features.representations import RepresentationSettings
from rfsl.features.vectors import flight_features
from rfsl.flights.flight import Flight
from rfsl.geometry.trajectories import Trajectory
from rfsl.io.records import read_json
from rfsl.localizers.posterior import Estimate
from rfsl.networks.realadaptrnet.training import load_model, locate


def network_candidate(
    folder: str | Path,
    representation: RepresentationSettings,
    trajectory: Trajectory,
    after_s: int,
    flights: FlightSettings,
) -> Candidate:
    """A network of results/models/, with its mean error over simulated test sources.

    Args:
        folder: folder of the network, with model.safetensors and summary.json.
        representation: settings of its features.
        trajectory: the whole simulated trajectory.
        after_s: time up to which the flight is used.
        flights: define which samples are locked.

    Raises:
        DataError: a file cannot be read.
    """
    model = load_model(Path(folder) / "model.safetensors")
    record = read_json(Path(folder) / "summary.json")
    part = trajectory.until(after_s)

    def estimate(flight: Flight) -> Estimate:
        features = flight_features(flight, part, representation, flights)
        return Estimate(np.asarray(locate(model, features[None])[0], float))

    return Candidate(estimate, after_s, int(record["seed"]), float(record["test_error_m"]))
