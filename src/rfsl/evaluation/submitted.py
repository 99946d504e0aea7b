"""Results of other teams on the benchmark: read, checked, and scored like every estimator.

A results file is a table (CSV) with a row for each trial and time, made by any program in any
language. docs/explanation/benchmark.md describes it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import DataError, UnusableFlightError, did_you_mean
from rfsl.evaluation.fields import score_times
from rfsl.evaluation.trials import Candidate, Estimator, evaluate_trial
from rfsl.flights.files import FlightFile
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.posterior import Estimate, Posterior

#: What stands for the whole flight in the column `after_s`.
WHOLE = "whole"
_NEEDED = ("set", "trial", "after_s", "latitude_deg", "longitude_deg")
_OPTIONAL = ("reason", "latency_s", "posterior")
_CELLS = ("latitude_deg", "longitude_deg", "probability", "cell_m2")
#: So many missing rows are named.
_NAMED = 5
#: Probabilities whose sum differs from 1 by more are wrong.
_SUM = 1e-3


@dataclass(frozen=True)
class Result:
    """What a team says of one trial after one time.

    Attributes:
        line: its line in the results file.
        latitude_deg, longitude_deg: the estimate; NaN without one.
        reason: why there is none.
        latency_s: time that it took; NaN if it is not given.
        posterior: file with the probability of each cell; None if there is none.
    """

    line: int
    latitude_deg: float
    longitude_deg: float
    reason: str
    latency_s: float
    posterior: Path | None


def read_results(
    path: str | Path, trials: Mapping[str, Sequence[str]], field: str, after: Sequence[str]
) -> dict[tuple[str, str], Result]:
    """Results of a team on one set, by trial and time (`whole`, or seconds).

    Args:
        path: the results file.
        trials: trials of each set of the benchmark; rows of other sets are an error.
        field: the set that is read.
        after: times that a row may have.

    Raises:
        DataError: a column is missing, or a row names a set, trial or time that the benchmark does
            not have, or stands twice.
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    missing = [name for name in _NEEDED if name not in table]
    unknown = [name for name in table if name not in (*_NEEDED, *_OPTIONAL)]
    if missing or unknown:
        raise DataError(
            f"{path}, line 1: found columns {', '.join(map(str, table.columns))}; needed are "
            f"{', '.join(_NEEDED)}, and allowed too {', '.join(_OPTIONAL)}"
        )
    found: dict[tuple[str, str], Result] = {}
    for number, row in enumerate(table.astype(str).to_dict("records")):
        where = f"{path}, line {number + 2}"
        for column, allowed in (
            ("set", list(trials)),
            ("trial", list(trials.get(row["set"], ()))),
            ("after_s", list(after)),
        ):
            if row[column] not in allowed:
                raise DataError(
                    f"{where}: found {column} {row[column]!r}."
                    f"{did_you_mean([row[column]], allowed)} Allowed: {', '.join(allowed)}"
                )
        if row["set"] != field:
            continue
        key = (row["trial"], row["after_s"])
        if key in found:
            raise DataError(
                f"{where}: {key[0]} after {key[1]} stands in line {found[key].line} too"
            )
        found[key] = _result(path, number + 2, row)
    return found


def score_results(
    item: FlightFile,
    results: Mapping[tuple[str, str], Result],
    frame: LocalFrame,
    settings: FlightSettings,
    times_s: Sequence[int],
    whole_s: int,
) -> pd.DataFrame:
    """Rows of `EvaluationTable` of a team on one trial, as `score_field_trial` makes them.

    Args:
        item: the trial.
        results: as `read_results` gives them; `check_complete` has checked them.
        frame: local frame of the set.
        settings: define which samples hold the signal.
        times_s, whole_s: as for `score_field_trial`.

    Raises:
        DataError: a posterior cannot be read.
    """
    rows = []
    for after_s in score_times(item, times_s, whole_s):
        result = results[item.trial, WHOLE if after_s == whole_s else str(after_s)]
        row = evaluate_trial(item, Candidate(_answer(result, frame), after_s), settings)
        rows.append(row.assign(latency_s=result.latency_s))
    return pd.concat(rows, ignore_index=True)


def check_complete(
    path: str | Path,
    items: Sequence[FlightFile],
    results: Mapping[tuple[str, str], Result],
    times_s: Sequence[int],
    whole_s: int,
) -> None:
    """Check that a results file has a row for each trial and time of a set.

    Raises:
        DataError: some are missing.
    """
    missing = [
        f"{item.trial} after {told}"
        for item in items
        for after_s in score_times(item, times_s, whole_s)
        if (item.trial, told := WHOLE if after_s == whole_s else str(after_s)) not in results
    ]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise DataError(
            f"{path}: rows are missing for {', '.join(missing[:_NAMED])}{more}. Where there is no "
            "estimate, leave latitude_deg and longitude_deg empty and give a reason"
        )


def _result(path: Path, line: int, row: Mapping[Hashable, str]) -> Result:
    numbers = {}
    for name in ("latitude_deg", "longitude_deg", "latency_s"):
        text = row.get(name, "").strip()
        try:
            numbers[name] = float(text) if text else np.nan
        except ValueError:
            raise DataError(f"{path}, line {line}: {name} is {text!r}, not a number") from None
    if np.isnan(numbers["latitude_deg"]) != np.isnan(numbers["longitude_deg"]):
        raise DataError(f"{path}, line {line}: only one of latitude_deg and longitude_deg is given")
    file = row.get("posterior", "").strip()
    reason = row.get("reason", "").strip() or "no estimate"
    return Result(
        line,
        numbers["latitude_deg"],
        numbers["longitude_deg"],
        reason,
        numbers["latency_s"],
        path.parent / file if file else None,
    )


def _answer(result: Result, frame: LocalFrame) -> Estimator:
    def answer(flight: Flight) -> Estimate:
        if np.isnan(result.latitude_deg):
            raise UnusableFlightError(result.reason)
        posterior = None if result.posterior is None else _posterior(result.posterior, frame)
        return Estimate(
            np.array(frame.to_local(result.latitude_deg, result.longitude_deg)), posterior
        )

    return answer


def _posterior(path: Path, frame: LocalFrame) -> Posterior:
    """A posterior from a table of its cells.

    Raises:
        DataError: the file cannot be read, a column is missing, or the probabilities are none.
    """
    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {error}") from error
    missing = [name for name in _CELLS if name not in table]
    if missing:
        raise DataError(f"{path}: missing column(s) {', '.join(missing)}")
    values: dict[str, FloatArray] = {name: table[name].to_numpy(float) for name in _CELLS}
    probability, cell_m2 = values["probability"], values["cell_m2"]
    if not (
        np.isfinite(probability).all() and (probability >= 0.0).all() and (cell_m2 > 0.0).all()
    ):
        raise DataError(f"{path}: probabilities are at least 0, and areas of cells above 0")
    if abs(probability.sum() - 1.0) > _SUM:
        raise DataError(f"{path}: the probabilities sum to {probability.sum():g}, not to 1")
    x_m, y_m = frame.to_local(values["latitude_deg"], values["longitude_deg"])
    return Posterior(np.column_stack([x_m, y_m]), probability / probability.sum(), cell_m2)
