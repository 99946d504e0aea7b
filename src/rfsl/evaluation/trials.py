"""Scores of estimators on trials."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.flights.files import FlightFile
from rfsl.flights.flight import Flight
from rfsl.flights.lock import lock_status
from rfsl.io.schemas import EvaluationTable
from rfsl.localizers.posterior import Estimate

#: Makes an estimate from a flight, or raises an UnusableFlightError that says why it cannot.
Estimator = Callable[[Flight], Estimate]
#: What a posterior says of itself, and how the true position lies in it.
POSTERIOR_SCORES = (
    *("expected_error_m", "region_50_m2", "region_90_m2"),
    *("source_share", "log_density", "energy_score_m"),
)


@dataclass(frozen=True)
class Candidate:
    """An estimator to be scored.

    Attributes:
        estimate: makes an estimate from a flight.
        after_s: it gets the flight up to this time.
        seed: seed of its training; 0 if nothing is trained.
        simulated_error_m: its mean error over simulated test sources; NaN if not measured.
    """

    estimate: Estimator
    after_s: int
    seed: int = 0
    simulated_error_m: float = float("nan")


@dataclass(frozen=True)
class Attempt:
    """Result of asking an estimator.

    Attributes:
        estimate: None if the flight cannot be used.
        reason: why there is no estimate, or why the position is not resolved; empty otherwise.
        latency_s: time that the estimate took; NaN without one.
    """

    estimate: Estimate | None
    reason: str
    latency_s: float = float("nan")

    @classmethod
    def of(cls, flight: Flight, estimator: Estimator, settings: FlightSettings) -> Attempt:
        """Ask an estimator, provided that the receiver held the signal long enough."""
        usable, reason = lock_status(flight, settings)
        if not usable:
            return cls(None, reason)
        started = time.perf_counter()
        try:
            estimate = estimator(flight)
        except UnusableFlightError as error:
            return cls(None, str(error))
        return cls(estimate, estimate.unresolved, time.perf_counter() - started)


def evaluate_trial(
    item: FlightFile, candidate: Candidate, settings: FlightSettings
) -> pd.DataFrame:
    """The row of `EvaluationTable` of one estimator on one trial.

    If the receiver held the signal too rarely, or the estimator cannot use the flight, the row has
    `usable` false, the reason, and no estimate. If the estimator can use the flight but does not
    resolve the position, the row keeps the estimate, and the reason says so.

    Args:
        item: the trial.
        candidate: the estimator.
        settings: define which samples hold the signal, and how many are needed.
    """
    attempt = Attempt.of(item.flight.until(candidate.after_s), candidate.estimate, settings)
    estimate = attempt.estimate or Estimate(np.full(2, np.nan))
    source_xy_m = np.array(item.source_m[:2])
    row = {
        "trial": item.trial,
        "flight": item.flight_name,
        "location": item.location,
        "kind": item.kind,
        "after_s": candidate.after_s,
        "seed": candidate.seed,
        "estimate_x_m": estimate.position_m[0],
        "estimate_y_m": estimate.position_m[1],
        "source_x_m": source_xy_m[0],
        "source_y_m": source_xy_m[1],
        "error_m": float(np.linalg.norm(estimate.position_m - source_xy_m)),
        "simulated_error_m": candidate.simulated_error_m,
        "latency_s": attempt.latency_s,
        **posterior_scores(estimate, source_xy_m),
        "usable": attempt.estimate is not None,
        "reason": attempt.reason,
    }
    return pd.DataFrame([row], columns=list(EvaluationTable.to_schema().columns))


def posterior_scores(estimate: Estimate, source_xy_m: FloatArray) -> dict[str, float]:
    """Expected error, regions and proper scores of the posterior; NaN without one.

    Args:
        source_xy_m: (2,) true position.
    """
    posterior = estimate.posterior
    if posterior is None:
        return dict.fromkeys(POSTERIOR_SCORES, float("nan"))
    values = (
        estimate.expected_error_m,
        posterior.region_m2(0.5),
        posterior.region_m2(0.9),
        posterior.share_up_to(source_xy_m),
        posterior.log_density_at(source_xy_m),
        posterior.energy_score_m(source_xy_m),
    )
    return dict(zip(POSTERIOR_SCORES, values, strict=True))
