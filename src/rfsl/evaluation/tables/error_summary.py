"""Tables of the scores, and the published values beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path

import pandas as pd

from rfsl.propagation.calibration_file import Calibration
from rfsl.io.schemas import EvaluationTable, PropagationErrorTable
from rfsl.io.tables import read_frame

#: The paper's claim: over 90 % of the errors of enhanced two-ray are within 22 dB.
CLAIMED_WITHIN_DB = 22.0


def read_published(path: str | Path | None, figure: str) -> dict[tuple[str, str], float]:
    """The paper's errors (m) in one of its figures, by scope and mode; empty without a file.

    The table's columns are figure, scope (a trial, a flight or `mean`), mode, error_m, source.
    """
    if path is None:
        return {}
    names = dict.fromkeys(["figure", "scope", "mode", "source"], str)
    table = pd.read_csv(path, sep="\t", dtype=names)
    rows = table[(table["figure"] == figure) & table["error_m"].notna()]
    return {
        (scope, mode): float(error_m)
        for scope, mode, error_m in zip(rows["scope"], rows["mode"], rows["error_m"], strict=True)
    }


def read_evaluations(modes: Iterable[str], paths: Iterable[str | Path]) -> dict[str, pd.DataFrame]:
    """Read `EvaluationTable` files by mode, in their order."""
    return {
        mode: read_frame(path, EvaluationTable) for mode, path in zip(modes, paths, strict=True)
    }


def summarize(
    evaluations: Mapping[str, pd.DataFrame],
    groups: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    published: Mapping[tuple[str, str], float],
) -> pd.DataFrame:
    """Error of each mode over groups of trials, for each time of the estimate.

    A group's trials are averaged for each seed first, so its spread over seeds is that of the whole
    run. Trials that are not usable are left out of a group and named in its note.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        groups: trials of each group by its name, in the order wanted.
        labels: mode to label.
        published: see `read_published`.

    Returns:
        Columns scope (the group), location, kind, after_s, mode, label, seeds, mean_error_m,
        std_error_m (sample standard deviation over seeds, NaN for one), minimum_error_m,
        maximum_error_m, simulated_error_m (mean over simulated test sources and seeds),
        published_error_m, note.
    """
    rows = []
    for (mode, frame), (scope, trials) in product(evaluations.items(), groups.items()):
        for after_s, part in frame[frame["trial"].isin(trials)].groupby("after_s"):
            usable = part[part["usable"]]
            errors = usable.groupby("seed")["error_m"].mean()
            rows.append(
                {
                    "scope": scope,
                    "location": only(part["location"]),
                    "kind": only(part["kind"]),
                    "after_s": after_s,
                    "mode": mode,
                    "label": labels[mode],
                    "seeds": int(errors.size),
                    "mean_error_m": errors.mean(),
                    "std_error_m": errors.std(ddof=1),
                    "minimum_error_m": errors.min(),
                    "maximum_error_m": errors.max(),
                    "simulated_error_m": part["simulated_error_m"].mean(),
                    "published_error_m": published.get((scope, mode), float("nan"))
                    if after_s == frame["after_s"].max()
                    else float("nan"),
                    "note": _unusable(part),
                }
            )
    return pd.DataFrame(rows)


def last_estimates(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of the latest estimate: what figures show."""
    return summary[summary["after_s"] == summary["after_s"].max()]


def _unusable(part: pd.DataFrame) -> str:
    """Why trials of a group have no estimate; empty if all have one."""
    reasons = part[~part["usable"]].drop_duplicates("trial")
    return "; ".join(f"without {row.trial}: {row.reason}" for row in reasons.itertuples())


def only(values: pd.Series) -> str:
    """The value that all rows share, or all of them joined by `and`."""
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
                "shadowing_place_share": item.residual.place_share,
                "floor_db": item.tracking.floor_db,
                "acquisition_db": item.tracking.acquisition_db,
                "release_db": item.tracking.release_db,
            }
        )
    return pd.DataFrame(rows)
