"""Table of the errors of each mode over groups of trials, with published values beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import read_frame

#: The paper's errors in metres, by scope and mode. It states some of them twice, differently.
Published = Mapping[tuple[str, str], Sequence[float]]


def read_published(path: str | Path | None, figure: str) -> dict[tuple[str, str], list[float]]:
    """The paper's errors in metres in one of its figures, by scope and mode; empty without a file.

    Args:
        path: table with the columns figure, scope (a trial, a flight or `mean`), mode, error_m,
            source.
        figure: name of the figure.
    """
    if path is None:
        return {}
    names = dict.fromkeys(["figure", "scope", "mode", "source"], str)
    table = pd.read_csv(path, sep="\t", dtype=names)
    rows = table[(table["figure"] == figure) & table["error_m"].notna()]
    found: dict[tuple[str, str], list[float]] = {}
    for scope, mode, error_m in zip(rows["scope"], rows["mode"], rows["error_m"], strict=True):
        found.setdefault((scope, mode), []).append(float(error_m))
    return found


def read_evaluations(files: Mapping[str, Iterable[str | Path]]) -> dict[str, pd.DataFrame]:
    """Read `EvaluationTable` files by mode; the rows of a mode's files are joined."""
    return {
        mode: pd.concat([read_frame(path, EvaluationTable) for path in paths], ignore_index=True)
        for mode, paths in files.items()
    }


def summarize(
    evaluations: Mapping[str, pd.DataFrame],
    groups: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    published: Published,
) -> pd.DataFrame:
    """Error of each mode over groups of trials, for each time of the estimate.

    Errors are averaged over the trials of a group for each seed first, so the spread over seeds is
    that of this average. Trials that are not usable are left out and named in the note. Published
    errors are of real flights and stand beside these only.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        groups: trials of each group, by its name, in the order wanted.
        labels: mode to label.
        published: see `read_published`.

    Returns:
        Columns scope (the group), location, kind, after_s, mode, label, seeds, mean_error_m,
        std_error_m (sample standard deviation over seeds, NaN for one), minimum_error_m,
        maximum_error_m, radius_90_m (of a circle with the area of the 90 % region, mean over trials
        and seeds; NaN without regions), simulated_error_m (mean over simulated test sources and
        seeds),
        published_error_m and published_again_m (where the paper states two), note.
    """
    rows = []
    for (mode, frame), (scope, trials) in product(evaluations.items(), groups.items()):
        stated = [*published.get((scope, mode), []), float("nan"), float("nan")]
        for after_s, part in frame[frame["trial"].isin(trials)].groupby("after_s"):
            last = after_s == frame["after_s"].max()
            usable = part[part["usable"]]
            shown = last and set(part["kind"]) == {"testbed"}
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
                    "radius_90_m": np.sqrt(usable["region_90_m2"] / np.pi).mean(),
                    "simulated_error_m": part["simulated_error_m"].mean(),
                    "published_error_m": stated[0] if shown else float("nan"),
                    "published_again_m": stated[1] if shown else float("nan"),
                    "note": _unusable(part),
                }
            )
    return pd.DataFrame(rows)


def last_estimates(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of the latest time of an estimate, which figures show."""
    return summary[summary["after_s"] == summary["after_s"].max()]


def _unusable(part: pd.DataFrame) -> str:
    """Why trials of a group have no estimate; empty if all have one."""
    reasons = part[~part["usable"]].drop_duplicates("trial")
    return "; ".join(f"without {row.trial}: {row.reason}" for row in reasons.itertuples())


def only(values: pd.Series) -> str:
    """The value that all rows share, or all different values joined by `and`."""
    return " and ".join(dict.fromkeys(values))
