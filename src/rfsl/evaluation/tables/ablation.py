"""Table of the ablation: one row per value of each key that was changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rfsl.evaluation.tables.error_summary import only
from rfsl.io.records import read_json


def ablation_table(
    variants: Sequence[Mapping[str, Any]],
    base: str,
    evaluations: Mapping[str, pd.DataFrame],
    networks: Mapping[str, Sequence[str | Path]],
) -> pd.DataFrame:
    """Errors of each variant in simulation and on the trials, over the training seeds.

    Args:
        variants: `key`, `value` and `mode` of each.
        base: name of the mode that was changed.
        evaluations: `EvaluationTable` frames by mode.
        networks: by mode, folders of its networks, each with a summary.json.

    Returns:
        Columns key, value, mode, base (whether it is the mode itself), kind, seeds, and mean and
        standard deviation over the seeds (NaN for one): validation_error_m, validation_std_m,
        test_error_m, test_std_m (simulated sources), trial_error_m, trial_std_m (mean over trials).
    """
    rows = []
    for variant in variants:
        mode = variant["mode"]
        records = pd.DataFrame(
            read_json(Path(folder) / "summary.json") for folder in networks[mode]
        )
        simulated = records.groupby("seed")[["validation_error_m", "test_error_m"]].mean()
        scores = evaluations[mode]
        last = scores[scores["usable"] & (scores["after_s"] == scores["after_s"].max())]
        row = {
            "key": variant["key"],
            "value": variant["value"],
            "mode": mode,
            "base": mode == base,
            "kind": only(scores["kind"]),
            "seeds": len(simulated),
        }
        for name, errors in (
            ("validation", simulated["validation_error_m"]),
            ("test", simulated["test_error_m"]),
            ("trial", last.groupby("seed")["error_m"].mean()),
        ):
            row |= {f"{name}_error_m": errors.mean(), f"{name}_std_m": errors.std(ddof=1)}
        rows.append(row)
    return pd.DataFrame(rows)
