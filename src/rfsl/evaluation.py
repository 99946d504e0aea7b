"""Scoring of modes on trials."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.config import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights import lock_status
from rfsl.models import RealAdaptRNet
from rfsl.preprocessing import RepresentationSettings, flight_features
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


def read_published(path: str | Path | None) -> dict[tuple[str, str], float]:
    """Published errors (m) by trial (or `mean`) and mode; empty without a file.

    The table's columns are trial, mode, error_m, source.
    """
    if path is None:
        return {}
    table = pd.read_csv(path, sep="\t", dtype={"trial": str, "mode": str})
    return {
        (trial, mode): error_m
        for trial, mode, error_m in zip(
            table["trial"], table["mode"], table["error_m"].astype(float), strict=True
        )
        if not np.isnan(error_m)
    }


def summarize(
    evaluations: Mapping[str, pd.DataFrame],
    trials: Iterable[str],
    labels: Mapping[str, str],
    published: Mapping[tuple[str, str], float],
) -> pd.DataFrame:
    """Error of each mode on each trial and on their mean, over the training seeds.

    The mean row averages the trials for each seed first, so its spread is that of the whole run.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        trials: trials in the order wanted.
        labels: mode to label.
        published: see `read_published`.

    Returns:
        Columns trial, location, kind, mode, label, seeds, mean_error_m, std_error_m (sample
        standard deviation over seeds, NaN for one), minimum_error_m, maximum_error_m,
        published_error_m, note.
    """
    rows = []
    for mode, frame in evaluations.items():
        by_trial = {trial: frame[frame["trial"] == trial] for trial in trials}
        parts = [(trial, part, part["error_m"]) for trial, part in by_trial.items()]
        usable = frame[frame["trial"].isin(by_trial) & frame["usable"]]
        parts.append(("mean", usable, usable.groupby("seed")["error_m"].mean()))
        for trial, part, errors in parts:
            errors = errors.dropna()
            reasons = "; ".join(dict.fromkeys(part.loc[~part["usable"], "reason"]))
            left_out = sorted(set(by_trial) - set(usable["trial"])) if trial == "mean" else []
            rows.append(
                {
                    "trial": trial,
                    "location": _only(part["location"]) if trial != "mean" else "",
                    "kind": _only(part["kind"]),
                    "mode": mode,
                    "label": labels[mode],
                    "seeds": int(errors.size),
                    "mean_error_m": errors.mean(),
                    "std_error_m": errors.std(ddof=1),
                    "minimum_error_m": errors.min(),
                    "maximum_error_m": errors.max(),
                    "published_error_m": published.get((trial, mode), float("nan")),
                    "note": f"without {', '.join(left_out)}" if left_out else reasons,
                }
            )
    return pd.DataFrame(rows)


def _only(values: pd.Series) -> str:
    """The value that all rows share, or all of them joined."""
    return " and ".join(dict.fromkeys(values))
