"""Trained networks as estimators."""

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
    """A network of results/models/, with the error that its training measured in simulation.

    Args:
        folder: of the network, with model.safetensors and summary.json.
        trajectory: the whole simulated trajectory.
    """
    model = load_model(Path(folder) / "model.safetensors")
    record = read_json(Path(folder) / "summary.json")
    part = trajectory.until(after_s)

    def estimate(flight: Flight) -> Estimate:
        features = flight_features(flight, part, representation, flights)
        return Estimate(np.asarray(locate(model, features[None])[0], float))

    return Candidate(estimate, after_s, int(record["seed"]), float(record["test_error_m"]))
