"""Every mode against every trial: errors, and how sure the mode was of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pandas as pd

from rfsl.evaluation.summary import summarize

_KEYS = ["trial", "mode", "after_s"]


def localizer_table(
    evaluations: Mapping[str, pd.DataFrame],
    groups: Mapping[str, Sequence[str]],
    labels: Mapping[str, str],
    bounds: pd.DataFrame,
) -> pd.DataFrame:
    """One row per mode, time and trial, and for each mode and time one of their mean.

    A bound belongs to a trial: the mean has none, since flights that say next to nothing have
    bounds far beyond the source area.

    Args:
        evaluations: `EvaluationTable` frames by mode, in the order wanted.
        groups: trials of each row by its name: each trial, and `mean` for all of them.
        labels: mode to label.
        bounds: a `BoundTable` frame.

    Returns:
        Columns trial (name of the group), location, kind, after_s, mode, label, seeds,
        mean_error_m, std_error_m, minimum_error_m, maximum_error_m, simulated_error_m (see
        `summarize`), those of `own_accounts`, cramer_rao_m, note.
    """
    errors = summarize(evaluations, groups, labels, {}).rename(columns={"scope": "trial"})
    table = errors.drop(columns=["published_error_m", "note"])
    table = table.merge(own_accounts(evaluations, groups), on=_KEYS, how="left", validate="1:1")
    table = table.merge(bounds, on=["trial", "after_s"], how="left", validate="m:1")
    return table.merge(errors[[*_KEYS, "note"]], on=_KEYS, how="left", validate="1:1")


def own_accounts(
    evaluations: Mapping[str, pd.DataFrame], groups: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """What each mode says of its own errors on groups of trials, and how often that holds.

    Returns:
        Columns trial (name of the group), mode, after_s, expected_error_m, region_50_m2,
        region_90_m2 (means over trials and seeds that have them), in_region_50, in_region_90
        (share of those whose source lies in the region), resolved (share of those that say where
        the source is). NaN where a mode has no posterior.
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
