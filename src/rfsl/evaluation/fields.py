"""Scores of estimators on flights of many fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError, UnusableFlightError
from rfsl.evaluation.trials import Candidate, Estimator, evaluate_trial
from rfsl.flights.files import FlightFile, read_flight
from rfsl.flights.flight import Flight
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import read_frame
from rfsl.localizers.posterior import Estimate


def no_flight(error: FlightError) -> Flight:
    """A flight without samples, for a log that holds none; its note says why.

    The benchmark counts such a trial as one without an estimate, and goes on.
    """
    none = np.empty(0)
    return Flight(none, np.empty((0, 3)), np.empty((0, 3)), none, none, (str(error),))


def score_field_trial(
    item: FlightFile,
    localizer: Estimator,
    settings: FlightSettings,
    times_s: Sequence[int],
    whole_s: int,
) -> pd.DataFrame:
    """Rows of `EvaluationTable` of one estimator on one trial: after some times, and whole.

    Args:
        item: the trial; a flight without samples has one row, which is not usable.
        localizer: the estimator.
        settings: define which samples hold the signal.
        times_s: times of the estimates; those that the flight does not reach are left out.
        whole_s: the time that stands for the whole flight.
    """
    if len(item.flight) == 0:
        reason = "; ".join(item.flight.notes)
        return evaluate_trial(item, Candidate(_refusing(reason), whole_s), settings)
    return pd.concat(
        [
            evaluate_trial(item, Candidate(localizer, after_s), settings)
            for after_s in score_times(item, times_s, whole_s)
        ],
        ignore_index=True,
    )


def score_times(item: FlightFile, times_s: Sequence[int], whole_s: int) -> list[int]:
    """Times of the estimates of a trial: those that its flight reaches, and the whole flight."""
    if len(item.flight) == 0:
        return [whole_s]
    last_s = float(item.flight.time_s[-1])
    return [*(time_s for time_s in times_s if time_s < last_s), whole_s]


def read_scores(
    paths: Mapping[str, Mapping[str, str]], flights: Sequence[str | Path]
) -> tuple[dict[str, dict[str, pd.DataFrame]], dict[str, dict[str, float]]]:
    """Scores by set and estimator, and the median height of each trial's flight by set.

    Args:
        paths: files of scores by set and estimator.
        flights: files of the flights, in folders with the names of their sets.
    """
    scores = {
        field: {name: read_frame(path, EvaluationTable) for name, path in files.items()}
        for field, files in paths.items()
    }
    heights_m: dict[str, dict[str, float]] = {}
    for path in flights:
        item = read_flight(path)
        up_m = item.flight.position_m[:, 2]
        middle_m = float(np.median(up_m)) if up_m.size else float("nan")
        heights_m.setdefault(Path(path).parent.name, {})[item.trial] = middle_m
    return scores, heights_m


def _refusing(reason: str) -> Estimator:
    """An estimator that can use no flight."""

    def refuse(flight: Flight) -> Estimate:
        raise UnusableFlightError(reason)

    return refuse
