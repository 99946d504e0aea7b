"""Table of the errors on simulated flights, compared with those of the ideal posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from rfsl.arrays import FloatArray
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.localizers.spec import IDEAL
from rfsl.randomness import Stream, generator

_ALL = "all"
_REGIONS = {_ALL: (True, False), "inside": (True,), "outside": (False,)}
_RESAMPLES = 2000
#: Confidence of the bootstrap interval, the same as that of the calibration's intervals.
_CONFIDENCE = 0.9


def simulated_table(
    scores: Mapping[str, Sequence[pd.DataFrame]], labels: Mapping[str, str], seed: int
) -> pd.DataFrame:
    """One row per mode, region of the source, and kind of trajectory.

    Flights of one number differ between folds only by the calibration, so the bootstrap resamples
    numbers, each with all of its folds.

    Args:
        scores: `SimulatedTable` frames of each mode, one for each fold in the same order. `ideal`
            has to be one of the modes.
        labels: mode to label.
        seed: of the bootstrap.

    Returns:
        Columns region (of the source: all, inside or outside the flight area), trajectory (all, or
        a kind), mode, label, flights (number over all folds), mean_error_m, standard_error_m (of
        that mean), ideal_error_m (mean of the ideal posterior), ratio (of the two means),
        ratio_low, ratio_high (bounds of its 90 % bootstrap interval), coverage_50, coverage_90
        (share of flights whose source lies in the region), expected_over_error (mean expected error
        over mean error). A group without flights has no row; one flight has no standard error.
    """
    ideal = _of_all_folds(scores[IDEAL])["error_m"]
    rows = []
    for region, trajectory in product(_REGIONS, [_ALL, *TRAJECTORY_KINDS]):
        kinds = TRAJECTORY_KINDS if trajectory == _ALL else {trajectory}
        for mode, frames in scores.items():
            frame = _of_all_folds(frames).assign(ideal_error_m=ideal)
            chosen = frame["inside"].isin(_REGIONS[region]) & frame["trajectory"].isin(kinds)
            if chosen.any():
                rng = generator(seed, Stream.BOOTSTRAP, mode, region, trajectory)
                names = {"region": region, "trajectory": trajectory, "mode": mode}
                rows.append({**names, "label": labels[mode], **_numbers(frame[chosen], rng)})
    return pd.DataFrame(rows)


def _of_all_folds(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of all folds, indexed by fold and number of the flight."""
    parts = {fold: frame.set_index("index") for fold, frame in enumerate(frames)}
    return pd.concat(parts, names=["fold", "number"])


def _numbers(part: pd.DataFrame, rng: np.random.Generator) -> dict[str, Any]:
    """The numbers of one row, from some flights of a mode."""
    sums = part.assign(flights=1).groupby("number")[["error_m", "ideal_error_m", "flights"]].sum()
    errors_m, ideal_m, flights = sums.to_numpy(float).T
    error_m = part["error_m"].mean()
    standard_error_m, _, _ = _bootstrap(errors_m, flights, rng)
    _, low, high = _bootstrap(errors_m, ideal_m, rng)
    return {
        "flights": len(part),
        "mean_error_m": error_m,
        "standard_error_m": standard_error_m,
        "ideal_error_m": part["ideal_error_m"].mean(),
        "ratio": error_m / part["ideal_error_m"].mean(),
        "ratio_low": low,
        "ratio_high": high,
        "coverage_50": (part["source_share"] <= 0.5).mean(),
        "coverage_90": (part["source_share"] <= 0.9).mean(),
        "expected_over_error": part["expected_error_m"].mean() / error_m,
    }


def _bootstrap(
    above: FloatArray, below: FloatArray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Standard error and interval of Σ above / Σ below over flights (F,); NaN for one flight."""
    if above.size < 2:
        return float("nan"), float("nan"), float("nan")

    def ratio(above: FloatArray, below: FloatArray, axis: int) -> FloatArray:
        return np.asarray(above.sum(axis=axis) / below.sum(axis=axis))

    found = bootstrap(
        (above, below),
        ratio,
        paired=True,
        n_resamples=_RESAMPLES,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    )
    low, high = found.confidence_interval
    return float(found.standard_error), float(low), float(high)
