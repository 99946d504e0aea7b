"""Table of the errors of the propagation models, by trial, by location and for all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rfsl.io.schemas import PropagationErrorTable
from rfsl.io.tables import read_frame

#: The paper's claim: over 90 % of the errors of enhanced two-ray are within 22 dB.
CLAIMED_WITHIN_DB = 22.0


def read_propagation_errors(
    paths: Mapping[str, str | Path], trials: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Read `PropagationErrorTable` files into one frame, with columns trial and location added.

    Args:
        paths: file of each trial.
        trials: `location` of each trial.
    """
    parts = [
        read_frame(path, PropagationErrorTable).assign(
            trial=trial, location=trials[trial]["location"]
        )
        for trial, path in paths.items()
    ]
    return pd.concat(parts, ignore_index=True)


def summarize_propagation_errors(errors: pd.DataFrame) -> pd.DataFrame:
    """50 % and 90 % points of the absolute error by model, for each trial, each location and all.

    A location pools the samples of its trials; `all` pools those of every trial.

    Args:
        errors: `PropagationErrorTable` with columns trial and location added.

    Returns:
        Columns scope, model, samples, median_db, p90_db, within_22_db (share of the samples).
    """
    rows = []
    scopes = [
        *((trial, errors["trial"] == trial) for trial in dict.fromkeys(errors["trial"])),
        *((place, errors["location"] == place) for place in sorted(set(errors["location"]))),
        ("all", pd.Series(True, index=errors.index)),
    ]
    for scope, chosen in scopes:
        for model, part in errors[chosen].groupby("model", sort=False):
            size_db = part["error_db"].abs()
            rows.append(
                {
                    "scope": scope,
                    "model": model,
                    "samples": int(size_db.size),
                    "median_db": size_db.quantile(0.5),
                    "p90_db": size_db.quantile(0.9),
                    "within_22_db": float((size_db <= CLAIMED_WITHIN_DB).mean()),
                }
            )
    return pd.DataFrame(rows)
