"""Tables of the benchmark on flights of many fields: each flight, each set, and paired differences.

Receive channels of one flight are averaged first, so a flight counts once. Errors are averaged over
the flights with an estimate; how many have none stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from rfsl.arrays import FloatArray
from rfsl.localizers.coverage import SHARES
from rfsl.randomness import Stream, generator

#: `set` of the rows over all sets.
ALL_SETS = "all"
_CONFIDENCE = 0.9
_SCORES = ("error_m", "expected_error_m", "log_density", "energy_score_m", "latency_s")
_KEYS = ["set", "estimator", "after_s", "flight", "source"]


def flights_table(
    scores: Mapping[str, Mapping[str, pd.DataFrame]], heights_m: Mapping[str, Mapping[str, float]]
) -> pd.DataFrame:
    """One row per set, estimator, time and flight, with its receive channels averaged.

    Args:
        scores: `EvaluationTable` frames by set and estimator.
        heights_m: median height of each trial's flight, by set; NaN for one without samples.

    Returns:
        Columns set, estimator, after_s, flight, source, channels, usable (how many of them have an
        estimate), height_m, error_m, expected_error_m, log_density, energy_score_m, latency_s
        (means over the channels; NaN without one), in_region_50 and in_region_90 (shares of the
        channels), and reason (why there is none; or empty).
    """
    parts = []
    for field, frames in scores.items():
        for estimator, frame in frames.items():
            part = frame.rename(columns={"location": "source"})
            height_m = part["trial"].map(dict(heights_m[field]))
            parts.append(part.assign(set=field, estimator=estimator, height_m=height_m))
    rows = pd.concat(parts, ignore_index=True)
    known = rows["source_share"].notna()
    for share in SHARES:
        held = (rows["source_share"] <= share).astype(float)
        rows[f"in_region_{round(100 * share)}"] = held.where(known)
    means = (*_SCORES, "height_m", *(f"in_region_{round(100 * share)}" for share in SHARES))
    grouped = rows.groupby(_KEYS, sort=False)
    table = grouped.agg(
        channels=("trial", "size"),
        usable=("usable", "sum"),
        reason=("reason", lambda told: "; ".join(dict.fromkeys(filter(None, told)))),
        **{name: (name, "mean") for name in means},
    ).reset_index()
    ordered = [*_KEYS, "channels", "usable", "height_m", *_SCORES, *means[len(_SCORES) + 1 :]]
    return table[[*ordered, "reason"]].astype({"usable": "int64"})


def sets_table(
    flights: pd.DataFrame,
    titles: Mapping[str, str],
    labels: Mapping[str, str],
    seed: int,
    count: int,
) -> pd.DataFrame:
    """One row per set, estimator and time, and rows over all sets, where a flight counts once.

    Args:
        flights: as `flights_table` makes it.
        titles, labels: names of the sets and of the estimators.
        seed: of the bootstrap.
        count: bootstrap samples.

    Returns:
        Columns set, title, estimator, label, after_s, flights, usable (flights with an estimate
        from at least one channel), mean_error_m with low_m and high_m (90 % bootstrap interval over
        flights), median_error_m, and means of the other columns of `flights_table`.
    """
    rows = []
    everywhere = flights.assign(set=ALL_SETS)
    for frame in (flights, everywhere):
        for (field, estimator, after_s), part in frame.groupby(
            ["set", "estimator", "after_s"], sort=False
        ):
            used = part[part["usable"] > 0]
            errors_m = used["error_m"].to_numpy()
            rng = generator(seed, Stream.BOOTSTRAP, f"fields {field} {estimator} {after_s}")
            low_m, high_m = mean_interval(errors_m, rng, count)
            values: dict[str, Any] = {
                "set": field,
                "title": titles.get(str(field), "all sets"),
                "estimator": estimator,
                "label": labels[str(estimator)],
                "after_s": after_s,
                "flights": len(part),
                "usable": len(used),
                "mean_error_m": errors_m.mean() if errors_m.size else np.nan,
                "low_m": low_m,
                "high_m": high_m,
                "median_error_m": np.median(errors_m) if errors_m.size else np.nan,
            }
            for name in (*_SCORES[1:], "in_region_50", "in_region_90"):
                values[name] = used[name].mean()
            rows.append(values)
    return pd.DataFrame(rows)


def pairs_table(
    flights: pd.DataFrame, reference: str, labels: Mapping[str, str], seed: int, count: int
) -> pd.DataFrame:
    """How each estimator differs from a reference on the flights on which both have an estimate.

    Returns:
        Columns set, estimator, label, after_s, flights, difference_m (mean error less that of the
        reference), low_m and high_m (90 % interval of the paired bootstrap over flights), better
        (share of the flights with a smaller error), and log_density_difference.
    """
    rows = []
    keys = ["set", "after_s", "flight", "source"]
    base = flights[flights["estimator"] == reference]
    for estimator in [name for name in labels if name != reference]:
        own = flights[flights["estimator"] == estimator]
        both = own.merge(base, on=keys, suffixes=("", "_reference"))
        both = both[both["error_m"].notna() & both["error_m_reference"].notna()]
        for frame in (both, both.assign(set=ALL_SETS)):
            for (field, after_s), part in frame.groupby(["set", "after_s"], sort=False):
                difference_m = (part["error_m"] - part["error_m_reference"]).to_numpy()
                rng = generator(seed, Stream.BOOTSTRAP, f"pairs {field} {estimator} {after_s}")
                low_m, high_m = mean_interval(difference_m, rng, count)
                rows.append(
                    {
                        "set": field,
                        "estimator": estimator,
                        "label": labels[estimator],
                        "after_s": after_s,
                        "flights": len(part),
                        "difference_m": difference_m.mean(),
                        "low_m": low_m,
                        "high_m": high_m,
                        "better": (difference_m < 0.0).mean(),
                        "log_density_difference": (
                            part["log_density"] - part["log_density_reference"]
                        ).mean(),
                    }
                )
    return pd.DataFrame(rows)


def told_times(table: pd.DataFrame, whole_s: int) -> pd.DataFrame:
    """The table with `whole` in place of the time that stands for whole flights."""
    return table.assign(
        after_s=[("whole" if value == whole_s else str(value)) for value in table["after_s"]]
    )


def absent_rows(absent: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> pd.DataFrame:
    """One row per set with trials that are not at hand: set, title, trials and a note."""
    rows = [
        {"set": field, "title": titles[field], "not_at_hand": len(names), "trials": " ".join(names)}
        for field, names in absent.items()
        if names
    ]
    return pd.DataFrame(rows, columns=["set", "title", "not_at_hand", "trials"])


def mean_interval(values: FloatArray, rng: np.random.Generator, count: int) -> tuple[float, float]:
    """90 % bootstrap interval (percentile) of a mean; NaN for fewer than two values.

    Example:
        >>> low, high = mean_interval(np.array([1.0, 2.0, 3.0]), np.random.default_rng(0), 1000)
        >>> 1.0 <= low < 2.0 < high <= 3.0
        True
    """
    if values.size < 2:
        return float("nan"), float("nan")
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=count,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    ).confidence_interval
    return float(found.low), float(found.high)
