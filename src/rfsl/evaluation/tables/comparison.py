"""Table of every mode on every trial: errors, expected errors and regions, and the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pandas as pd

from rfsl.evaluation.tables.error_summary import summarize

_KEYS = ["trial", "mode", "after_s"]


def localizer_table(
    evaluations: Mapping[str, pd.DataFrame],
    groups: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    bounds: pd.DataFrame,
    redrawn: pd.DataFrame,
) -> pd.DataFrame:
    """One row per mode, time and trial, and one row per mode and time for their mean.

    The mean has no bound, because flights with little information have bounds far larger than the
    source area.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        groups: trials of each row, by its name: each trial alone, and all of them as `mean`.
        labels: mode to label.
        bounds: a `BoundTable` frame.
        redrawn: a `RedrawnTable` frame.

    Returns:
        Columns trial (name of the group), location, kind, after_s, mode, label, seeds,
        mean_error_m, std_error_m, minimum_error_m, maximum_error_m, simulated_error_m (see
        `rfsl.evaluation.tables.error_summary.summarize`), those of `own_accounts`, cramer_rao_m,
        those of `ideal_errors`, note.
    """
    errors = summarize(evaluations, groups, labels, {}).rename(columns={"scope": "trial"})
    table = errors.drop(columns=["published_error_m", "published_again_m", "note"])
    table = table.merge(own_accounts(evaluations, groups), on=_KEYS, how="left", validate="1:1")
    table = table.merge(bounds, on=["trial", "after_s"], how="left", validate="m:1")
    ideal = ideal_errors(redrawn, groups)
    table = table.merge(ideal, on=["trial", "after_s"], how="left", validate="m:1")
    return table.merge(errors[[*_KEYS, "note"]], on=_KEYS, how="left", validate="1:1")


def ideal_errors(redrawn: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Errors of the ideal posterior on redraws of the flights of groups of trials.

    Args:
        redrawn: a `RedrawnTable` frame.
        groups: trials of each group, by its name.

    Returns:
        Columns trial (name of the group), after_s, ideal_error_m (mean over its trials and
        redraws), ideal_low_m, ideal_high_m (5 % and 95 % points, over redraws, of the mean over its
        trials: its range by chance alone). A group with a trial without redraws has no row.
    """
    rows = []
    for (name, trials), after_s in product(groups.items(), redrawn["after_s"].unique()):
        part = redrawn[redrawn["trial"].isin(trials) & (redrawn["after_s"] == after_s)]
        if part["trial"].nunique() == len(trials):
            means_m = part.groupby("number")["error_m"].mean()
            low_m, high_m = means_m.quantile([0.05, 0.95])
            rows.append((name, after_s, means_m.mean(), low_m, high_m))
    columns = ["trial", "after_s", "ideal_error_m", "ideal_low_m", "ideal_high_m"]
    return pd.DataFrame(rows, columns=columns)


def own_accounts(
    evaluations: Mapping[str, pd.DataFrame], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Expected errors and regions of each mode on groups of trials, and how often they hold.

    Args:
        evaluations: `EvaluationTable` frames by mode.
        groups: trials of each group, by its name.

    Returns:
        Columns trial (name of the group), mode, after_s, expected_error_m, region_50_m2,
        region_90_m2 (means over trials and seeds with a posterior), in_region_50, in_region_90
        (share of those whose source lies in the region), resolved (share of those that resolve the
        position). NaN if a mode has no posterior.
    """
    rows = []
    for (mode, frame), (name, trials) in product(evaluations.items(), groups.items()):
        for after_s, part in frame[frame["trial"].isin(trials)].groupby("after_s"):
            known = part[part["source_share"].notna()]
            rows.append(
                {
                    "trial": name,
                    "mode": mode,
                    "after_s": after_s,
                    "expected_error_m": known["expected_error_m"].mean(),
                    "region_50_m2": known["region_50_m2"].mean(),
                    "region_90_m2": known["region_90_m2"].mean(),
                    "in_region_50": (known["source_share"] <= 0.5).mean(),
                    "in_region_90": (known["source_share"] <= 0.9).mean(),
                    "resolved": (known["reason"] == "").mean(),
                }
            )
    return pd.DataFrame(rows)
