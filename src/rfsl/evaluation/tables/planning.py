"""Table of the benchmark of planners: errors beside those of the first policy, world by world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from rfsl.arrays import FloatArray
from rfsl.evaluation.tables.coverage import coverage_interval
from rfsl.localizers.coverage import SHARES
from rfsl.randomness import Stream, generator

#: Which worlds a row is of, by where the source is.
REGIONS: dict[str, tuple[bool, ...]] = {
    "all": (True, False),
    "inside": (True,),
    "outside": (False,),
}
#: An estimate is close if it is nearer to the source.
CLOSE_M = 10.0
_RESAMPLES, _CONFIDENCE = 2000, 0.9


def planning_table(
    scores: Mapping[str, Sequence[pd.DataFrame]], labels: Mapping[str, str], seed: int
) -> pd.DataFrame:
    """One row per policy, time, and region of the source.

    Every row is of the worlds that both its policy and the first one flew, and compares them world
    by world.

    Args:
        scores: `PlanningTable` frames of each policy, one for each shard.
        labels: label of each policy.
        seed: of the bootstrap.

    Returns:
        Columns region (of the source: all, inside or outside the flight area), after_s, policy,
        label, worlds, mean_error_m, median_error_m, p90_error_m, below_10_m (share of the worlds
        with an error below 10 m), expected_error_m, log_density, energy_score_m (means); ratio (of
        the mean error to that of the first policy) and more_below_10_m (difference of the shares),
        each with the bounds of its 90 % interval (`_low`, `_high`), by a bootstrap over worlds;
        in_region_50 and in_region_90 (share of the sources in the region) with low_ and high_
        (90 % Wilson interval); decision_s (mean over the worlds of the slowest decision).
    """
    frames = {name: pd.concat(list(parts), ignore_index=True) for name, parts in scores.items()}
    first = next(iter(frames.values()))
    rows = []
    for region, inside in REGIONS.items():
        for after_s in sorted(first["after_s"].unique()):
            base = _chosen(first, inside, after_s)
            for name, frame in frames.items():
                part = _chosen(frame, inside, after_s)
                both = part.index.intersection(base.index)
                if len(both) > 1:
                    rng = generator(seed, Stream.BOOTSTRAP, name, region, int(after_s))
                    names = {"region": region, "after_s": int(after_s), "policy": name}
                    numbers = _numbers(part.loc[both], base.loc[both], rng)
                    rows.append({**names, "label": labels[name], **numbers})
    return pd.DataFrame(rows)


def _chosen(frame: pd.DataFrame, inside: Sequence[bool], after_s: int) -> pd.DataFrame:
    """Rows of some worlds at one time, by the number of the world."""
    chosen = frame["inside"].isin(inside) & (frame["after_s"] == after_s)
    return frame[chosen].set_index("world").sort_index()


def _numbers(part: pd.DataFrame, base: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    """The numbers of one row, from the same worlds of a policy and of the first one."""
    error_m, base_m = part["error_m"].to_numpy(), base["error_m"].to_numpy()
    close, base_close = (error_m < CLOSE_M).astype(float), (base_m < CLOSE_M).astype(float)
    ratio = _interval(_ratio, error_m, base_m, rng)
    more = _interval(_difference, close, base_close, rng)
    values: dict[str, Any] = {
        "worlds": len(part),
        "mean_error_m": error_m.mean(),
        "median_error_m": float(np.median(error_m)),
        "p90_error_m": float(np.quantile(error_m, 0.9)),
        "below_10_m": close.mean(),
        "expected_error_m": part["expected_error_m"].mean(),
        "log_density": part["log_density"].mean(),
        "energy_score_m": part["energy_score_m"].mean(),
        **dict(zip(("ratio", "ratio_low", "ratio_high"), ratio, strict=True)),
        **dict(
            zip(
                ("more_below_10_m", "more_below_10_m_low", "more_below_10_m_high"),
                more,
                strict=True,
            )
        ),
    }
    for share in SHARES:
        held = float((part["source_share"] <= share).mean())
        low, high = coverage_interval(held, len(part))
        percent = round(100 * share)
        values |= {f"in_region_{percent}": held, f"low_{percent}": low, f"high_{percent}": high}
    values["decision_s"] = part["decision_s"].mean()
    return values


def _ratio(one: FloatArray, other: FloatArray, axis: int = -1) -> FloatArray:
    return np.asarray(one.sum(axis=axis) / other.sum(axis=axis))


def _difference(one: FloatArray, other: FloatArray, axis: int = -1) -> FloatArray:
    return np.asarray(one.mean(axis=axis) - other.mean(axis=axis))


def _interval(
    statistic: Any, one: FloatArray, other: FloatArray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """A statistic of paired values, and its 90 % bootstrap interval; equal values have no width."""
    found = float(statistic(one, other))
    if np.array_equal(one, other):
        return found, found, found
    low, high = bootstrap(
        (one, other),
        statistic,
        paired=True,
        n_resamples=_RESAMPLES,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    ).confidence_interval
    return found, float(low), float(high)
