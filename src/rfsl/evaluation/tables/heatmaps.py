"""Table of the root-mean-square errors of the modes on radio maps, with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import bootstrap

from rfsl.arrays import FloatArray
from rfsl.randomness import Stream, generator

_RESAMPLES = 1000
_CONFIDENCE = 0.95
_CONDITION = ["sampling", "coverage", "noise_rate"]


def heatmap_table(
    scores: Mapping[str, pd.DataFrame], labels: Mapping[str, str], seed: int
) -> pd.DataFrame:
    """One row per mode and condition.

    The bootstrap resamples scenes, each with the networks of all seeds.

    Args:
        scores: `HeatmapTable` frames by mode, in the order wanted.
        labels: mode to label.
        seed: of the bootstrap.

    Returns:
        Columns mode, label, sampling, coverage, noise_rate, scenes, seeds, rmse_m (root mean square
        of the 2D error over scenes and seeds), low_m, high_m (its 95 % bootstrap interval),
        seed_std_m (standard deviation over seeds of the RMSE of each seed, NaN for one),
        mean_error_m, median_error_m, expected_error_m (mean of the expected errors).
    """
    rows = []
    for mode, frame in scores.items():
        for values, part in frame.groupby(_CONDITION, sort=True):
            condition = dict(zip(_CONDITION, values, strict=True))
            rng = generator(seed, Stream.BOOTSTRAP, mode, *map(str, values))
            rows.append({"mode": mode, "label": labels[mode], **condition, **_numbers(part, rng)})
    return pd.DataFrame(rows)


def _numbers(part: pd.DataFrame, rng: np.random.Generator) -> dict[str, float]:
    """The numbers of one row, from the errors of scenes and seeds."""
    squared_m2 = part.assign(squared_m2=part["error_m"] ** 2)
    by_scene = squared_m2.groupby("scene")["squared_m2"].mean().to_numpy()
    by_seed = np.sqrt(squared_m2.groupby("seed")["squared_m2"].mean())
    low_m, high_m = _interval(by_scene, rng)
    return {
        "scenes": by_scene.size,
        "seeds": by_seed.size,
        "rmse_m": float(np.sqrt(by_scene.mean())),
        "low_m": low_m,
        "high_m": high_m,
        "seed_std_m": by_seed.std(),
        "mean_error_m": part["error_m"].mean(),
        "median_error_m": part["error_m"].median(),
        "expected_error_m": part["expected_error_m"].mean(),
    }


def _interval(squared_m2: FloatArray, rng: np.random.Generator) -> tuple[float, float]:
    """Bootstrap interval of the root of the mean of squared errors (N,); NaN for one error."""
    if squared_m2.size < 2:
        return float("nan"), float("nan")

    def root(values: FloatArray, axis: int) -> FloatArray:
        return np.asarray(np.sqrt(values.mean(axis=axis)))

    found = bootstrap(
        (squared_m2,),
        root,
        n_resamples=_RESAMPLES,
        confidence_level=_CONFIDENCE,
        method="percentile",
        rng=rng,
    )
    low_m, high_m = found.confidence_interval
    return float(low_m), float(high_m)
