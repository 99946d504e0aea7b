"""Table of the errors of classical modes against the time of the estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

#: Minutes at which AFAR scored.
SCORED_MIN = (3.0, 10.0)
#: Smaller errors are drawn here, since they would fill most of a logarithmic axis.
LOWEST_M = 1.0


def errors_over_time(
    evaluations: Mapping[str, pd.DataFrame], labels: Mapping[str, str], times_s: Sequence[int]
) -> pd.DataFrame:
    """One row per trial, mode and time; trials and modes keep their order.

    Args:
        evaluations: `EvaluationTable` frames by mode; several seeds of a mode are averaged.
        labels: mode to label.
        times_s: times of the estimates; others are left out.

    Returns:
        Columns trial, location, kind, mode, label, after_s, error_m, expected_error_m (by the
        estimator's own posterior), radius_90_m (of a circle with the area of its 90 % region), note
        (why there is no estimate). Missing numbers are NaN.
    """
    parts = [
        _mean_of_seeds(frame[frame["after_s"].isin(times_s)]).assign(
            mode=mode,
            label=labels[mode],
            radius_90_m=lambda mean: np.sqrt(mean["region_90_m2"] / np.pi),
        )
        for mode, frame in evaluations.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    order = {trial: place for place, trial in enumerate(dict.fromkeys(table["trial"]))}
    table = table.sort_values("trial", key=lambda names: names.map(order), kind="stable")
    columns = ["trial", "location", "kind", "mode", "label", "after_s", "error_m"]
    columns += ["expected_error_m", "radius_90_m", "note"]
    return table[columns].reset_index(drop=True)


def read_errors_over_time(path: str | Path) -> pd.DataFrame:
    """Read what `errors_over_time` made, as `write_tsv` wrote it."""
    words = dict.fromkeys(["trial", "location", "kind", "mode", "label", "note"], str)
    return pd.read_csv(path, sep="\t", dtype=words).fillna({"note": ""})


def _mean_of_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    groups = frame.groupby(["trial", "location", "kind", "after_s"], sort=False)
    numbers = groups[["error_m", "expected_error_m", "region_90_m2"]].mean()
    return numbers.assign(note=groups["reason"].first()).reset_index()
