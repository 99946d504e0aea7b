"""Errors of their own estimates that the teams of the AFAR challenge published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

#: Columns of `own_rows`, which has them without a row too.
_OWN = ["scope", "location", "kind", "after_s", "mode", "label", "mean_error_m", "note"]


def read_teams(path: str | Path | None) -> pd.DataFrame:
    """Table of teams; empty without a file.

    Returns:
        Columns team, university, flight, location (both empty if unknown), after_s, error_m (NaN if
        unknown), source.
    """
    columns = ["team", "university", "flight", "location", "after_s", "error_m", "source"]
    if path is None:
        return pd.DataFrame(columns=columns)
    text = dict.fromkeys(["team", "university", "flight", "location", "source"], str)
    table = pd.read_csv(path, sep="\t", dtype=text)[columns]
    return table.fillna(dict.fromkeys(text, ""))


def own_rows(
    teams: pd.DataFrame,
    groups: Mapping[str, Sequence[str]],
    trials: Mapping[str, Mapping[str, str]],
    times_s: Collection[int],
) -> pd.DataFrame:
    """Errors of the teams on the trials of a figure, as rows of the table of `summarize`.

    Args:
        teams: of `read_teams`.
        groups: trials of each group, by its name; only a group of one trial can have rows.
        trials: flight, location and kind of each trial.
        times_s: times of the estimates that the figure shows.
    """
    rows = []
    for scope, names in groups.items():
        if len(names) != 1 or scope != names[0]:
            continue
        trial = trials[scope]
        known = (teams["flight"] == trial["flight"]) & (teams["location"] == trial["location"])
        known &= teams["error_m"].notna() & teams["after_s"].isin(times_s)
        for team in teams[known].to_dict("records"):
            rows.append(
                {
                    "scope": scope,
                    "location": trial["location"],
                    "kind": trial["kind"],
                    "after_s": int(team["after_s"]),
                    "mode": "own_estimate",
                    "label": f"{team['team']}, {team['university']}",
                    "mean_error_m": team["error_m"],
                    "note": team["source"],
                }
            )
    return pd.DataFrame(rows, columns=_OWN)


def teams_without_error(teams: pd.DataFrame) -> list[str]:
    """Teams whose errors are all unknown."""
    best = teams.groupby("team", sort=False)["error_m"].max()
    return list(best.index[best.isna()])
