"""Scoring of networks on trials."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rfsl.config import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights import lock_status
from rfsl.models import RealAdaptRNet
from rfsl.preprocessing import flight_features
from rfsl.representations import RepresentationSettings
from rfsl.tables import EvaluationTable, FlightFile
from rfsl.training import locate
from rfsl.trajectories import Trajectory


@dataclass(frozen=True)
class ScoredNetwork:
    """A trained network and the seed that it was trained from."""

    seed: int
    model: RealAdaptRNet


def evaluate_trial(
    item: FlightFile,
    networks: Iterable[ScoredNetwork],
    trajectory: Trajectory,
    representation: RepresentationSettings,
    settings: FlightSettings,
) -> pd.DataFrame:
    """Rows of `EvaluationTable` for one trial, one per network.

    A flight whose receiver never held the signal gets rows with `usable` false, the reason, and no
    estimate.

    Raises:
        FlightError: the flight has no features (too short, constant).
    """
    usable, reason = lock_status(item.flight, settings)
    started = time.perf_counter()
    try:
        features = flight_features(item.flight, trajectory, representation) if usable else None
    except ValueError as error:
        raise FlightError(f"trial {item.trial}: {error}") from error
    features_s = time.perf_counter() - started
    source_xy_m = np.array(item.source_m[:2])
    rows = []
    for network in networks:
        estimate_xy_m, latency_s = np.full(2, np.nan), float("nan")
        if features is not None:
            started = time.perf_counter()
            estimate_xy_m = locate(network.model, features[None])[0].astype(float)
            latency_s = features_s + time.perf_counter() - started
        rows.append(
            {
                "trial": item.trial,
                "flight": item.flight_name,
                "location": item.location,
                "kind": item.kind,
                "seed": network.seed,
                "estimate_x_m": estimate_xy_m[0],
                "estimate_y_m": estimate_xy_m[1],
                "source_x_m": source_xy_m[0],
                "source_y_m": source_xy_m[1],
                "error_m": float(np.linalg.norm(estimate_xy_m - source_xy_m)),
                "latency_s": latency_s,
                "usable": usable,
                "reason": reason,
            }
        )
    return pd.DataFrame(rows, columns=list(EvaluationTable.to_schema().columns))
