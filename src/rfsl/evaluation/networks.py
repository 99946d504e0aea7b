"""Trained networks as estimators."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.config import FlightSettings
from rfsl.evaluation.trials import Candidate
from rfsl.flights import Flight
from rfsl.posterior import Estimate
from rfsl.preprocessing import flight_features
from rfsl.representations import RepresentationSettings
from rfsl.tables import read_json
from rfsl.training import load_model, locate
from rfsl.trajectories import Trajectory


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
