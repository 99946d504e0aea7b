"""Tables of the scores, and the published values beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.calibrated import Calibration
from rfsl.tables import PropagationErrorTable, read_frame

#: The paper's claim: over 90 % of the errors of enhanced two-ray are within 22 dB.
CLAIMED_WITHIN_DB = 22.0


def read_published(path: str | Path | None) -> dict[tuple[str, str], float]:
    """Published errors (m) by trial (or `mean`) and mode; empty without a file.

    The table's columns are trial, mode, error_m, source.
    """
    if path is None:
        return {}
    table = pd.read_csv(path, sep="\t", dtype={"trial": str, "mode": str})
    return {
        (trial, mode): error_m
        for trial, mode, error_m in zip(
            table["trial"], table["mode"], table["error_m"].astype(float), strict=True
        )
        if not np.isnan(error_m)
    }


def summarize(
    evaluations: Mapping[str, pd.DataFrame],
    trials: Iterable[str],
    labels: Mapping[str, str],
    published: Mapping[tuple[str, str], float],
) -> pd.DataFrame:
    """Error of each mode on each trial and on their mean, over the training seeds.

    The mean row averages the trials for each seed first, so its spread is that of the whole run.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        trials: trials in the order wanted.
        labels: mode to label.
        published: see `read_published`.

    Returns:
        Columns trial, location, kind, mode, label, seeds, mean_error_m, std_error_m (sample
        standard deviation over seeds, NaN for one), minimum_error_m, maximum_error_m,
        published_error_m, note.
    """
    rows = []
    for mode, frame in evaluations.items():
        by_trial = {trial: frame[frame["trial"] == trial] for trial in trials}
        parts = [(trial, part, part["error_m"]) for trial, part in by_trial.items()]
        usable = frame[frame["trial"].isin(by_trial) & frame["usable"]]
        parts.append(("mean", usable, usable.groupby("seed")["error_m"].mean()))
        for trial, part, errors in parts:
            errors = errors.dropna()
            reasons = "; ".join(dict.fromkeys(part.loc[~part["usable"], "reason"]))
            left_out = sorted(set(by_trial) - set(usable["trial"])) if trial == "mean" else []
            rows.append(
                {
                    "trial": trial,
                    "location": _only(part["location"]) if trial != "mean" else "",
                    "kind": _only(part["kind"]),
                    "mode": mode,
                    "label": labels[mode],
                    "seeds": int(errors.size),
                    "mean_error_m": errors.mean(),
                    "std_error_m": errors.std(ddof=1),
                    "minimum_error_m": errors.min(),
                    "maximum_error_m": errors.max(),
                    "published_error_m": published.get((trial, mode), float("nan")),
                    "note": f"without {', '.join(left_out)}" if left_out else reasons,
                }
            )
    return pd.DataFrame(rows)


def _only(values: pd.Series) -> str:
    """The value that all rows share, or all of them joined."""
    return " and ".join(dict.fromkeys(values))


def read_propagation_errors(
    paths: Mapping[str, str | Path], trials: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Read `PropagationErrorTable` files by trial into one frame, with trial and location."""
    parts = [
        read_frame(path, PropagationErrorTable).assign(
            trial=trial, location=trials[trial]["location"]
        )
        for trial, path in paths.items()
    ]
    return pd.concat(parts, ignore_index=True)


def summarize_propagation_errors(errors: pd.DataFrame) -> pd.DataFrame:
    """50 % and 90 % points of the absolute error by model: each trial, each location, all.

    A location pools the samples of its trials, and `all` those of every trial.

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


def calibration_rows(calibrations: Sequence[Calibration]) -> pd.DataFrame:
    """One row per calibration, for results/tables/calibration.tsv."""
    rows = []
    for item in calibrations:
        fitted_db, low_db, high_db = item.legs.interval_db
        rows.append(
            {
                "left_out": item.fold,
                "trials": ", ".join(item.trials),
                "fitted_beta": item.legs.fitted_beta,
                "beta_low": item.legs.beta_low,
                "beta_high": item.legs.beta_high,
                "fitted_shadowing_loss_db": fitted_db,
                "shadowing_loss_low_db": low_db,
                "shadowing_loss_high_db": high_db,
                "simulated_beta": item.legs.beta,
                "shadowed_samples": item.legs.shadowed_samples,
                **{
                    f"gain_at_{angle:g}_deg_db": gain
                    for angle, gain in zip(
                        item.profile.depression_deg, item.profile.gain_db, strict=True
                    )
                },
                "largest_gain_std_db": max(item.profile.gain_std_db),
                "residual_std_low_db": item.residual.std_db[0],
                "residual_std_middle_db": item.residual.std_db[1],
                "residual_std_high_db": item.residual.std_db[2],
                "correlation_distance_m": item.residual.correlation_distance_m,
                "floor_db": item.tracking.floor_db,
                "acquisition_db": item.tracking.acquisition_db,
                "release_db": item.tracking.release_db,
            }
        )
    return pd.DataFrame(rows)
