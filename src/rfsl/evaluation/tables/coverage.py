"""Table of how often regions hold: on the scored flights, and beside it on simulated ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from scipy.stats import binomtest

from rfsl.evaluation.tables.error_summary import only
from rfsl.localizers.coverage import SHARES, SIMULATED, WHOLE

_CONFIDENCE = 0.9
_COLUMNS = (
    *("data", "mode", "label", "after_s", "flights", "estimates", "mean_error_m"),
    *("expected_error_m", "log_density", "energy_score_m"),
    *("in_region_50", "low_50", "high_50", "in_region_90", "low_90", "high_90"),
)


def coverage_table(
    evaluations: Mapping[str, pd.DataFrame],
    whole: Mapping[str, pd.DataFrame],
    simulated: Mapping[str, Sequence[pd.DataFrame]],
    labels: Mapping[str, str],
    times_s: Sequence[int],
) -> pd.DataFrame:
    """One row per mode and time over all scored flights, and one per mode over simulated flights.

    A further row of each mode is of whole flights, which are the logs from take-off to landing.

    The calibration of a flight leaves its location out, so what a row shows was learned elsewhere.
    Several seeds of a mode count as one estimate each; the number of flights is that of the trials.

    Args:
        evaluations: `EvaluationTable` frames by mode, each with all of the times.
        whole: the same from whole flights, at one time each; modes may be missing.
        simulated: `SimulatedTable` frames of each mode, one for each fold; modes may be missing.
        labels: mode to label.
        times_s: times of the estimates, in seconds of flight.

    Returns:
        Columns data (kind of the trials; the same with `, whole flights`; or `simulated`), mode,
        label, after_s (missing for whole and simulated flights), flights, estimates, mean_error_m,
        expected_error_m, log_density (mean over the estimates; per m²), energy_score_m, and for
        each region of 50 and 90 %: in_region_50 (share of the estimates whose source is in it),
        low_50 and high_50 (90 % interval of that share, if every flight is an independent draw;
        Wilson).
    """
    rows = []
    for mode, frame in evaluations.items():
        scored: list[tuple[Any, str, pd.DataFrame]] = [
            (after_s, "", frame[frame["after_s"] == after_s]) for after_s in times_s
        ]
        if mode in whole:
            scored.append((pd.NA, WHOLE, whole[mode]))
        for after_s, end, estimates in scored:
            part = estimates[estimates["source_share"].notna()]
            if len(part):
                names = {"data": only(part["kind"]) + end, "mode": mode, "label": labels[mode]}
                numbers = _numbers(part, part["trial"].nunique())
                rows.append({**names, "after_s": after_s, **numbers})
    for mode, parts in simulated.items():
        drawn = pd.concat(parts, ignore_index=True)
        names = {"data": SIMULATED, "mode": mode, "label": labels[mode]}
        rows.append({**names, "after_s": pd.NA, **_numbers(drawn, len(drawn))})
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"after_s": "Int64"})


def _numbers(part: pd.DataFrame, flights: int) -> dict[str, Any]:
    """The numbers of one row.

    Args:
        part: estimates with a posterior.
        flights: independent draws among them.
    """
    values: dict[str, Any] = {"flights": flights, "estimates": len(part)}
    values["mean_error_m"] = part["error_m"].mean()
    for name in ("expected_error_m", "log_density", "energy_score_m"):
        values[name] = part[name].mean()
    for share in SHARES:
        held = (part["source_share"] <= share).mean()
        low, high = coverage_interval(held, flights)
        percent = round(100 * share)
        values |= {f"in_region_{percent}": held, f"low_{percent}": low, f"high_{percent}": high}
    return values


def coverage_interval(share: float, flights: int) -> tuple[float, float]:
    """90 % interval of a share that was seen in some independent flights (Wilson).

    Example:
        >>> low, high = coverage_interval(7 / 8, 8)
        >>> round(low, 2), round(high, 2)
        (0.59, 0.97)
    """
    found = binomtest(round(share * flights), flights).proportion_ci(_CONFIDENCE, method="wilson")
    return float(found.low), float(found.high)


def reliability(
    evaluations: Mapping[str, pd.DataFrame], after_s: int
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Estimates with a posterior of each mode at one time.

    Args:
        evaluations: `EvaluationTable` frames by mode.
    """
    for mode, frame in evaluations.items():
        part = frame[(frame["after_s"] == after_s) & frame["source_share"].notna()]
        if len(part):
            yield mode, part
