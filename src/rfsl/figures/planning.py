"""Errors of planners beside those of the first policy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rfsl.figures.look import Look
from rfsl.figures.style import STYLE

_REGIONS = {"all": "all sources", "inside": "inside the flight area", "outside": "outside it"}
#: Height in points of a bar with the space to the next one, and of what a panel has besides.
_BAR_PT, _FRAME_PT = 13.0, 50.0


def planning_panels(table: pd.DataFrame, colors: Mapping[str, str], look: Look) -> Figure:
    """Mean errors by policy: a panel for each time and for where the source is.

    Bars are mean errors in metres. The text beside a bar is the ratio to the first policy's mean
    error, and the share of the sources in the 90 % region.

    Args:
        table: as `rfsl.evaluation.tables.planning.planning_table` makes it.
        colors: colour of each policy.
        look: width and title.
    """
    times_s = sorted(table["after_s"].unique())
    regions = [region for region in _REGIONS if region in set(table["region"])]
    policies = list(dict.fromkeys(table["policy"]))
    shown = [(after_s, region) for after_s in times_s for region in regions]
    columns = len(regions) if look.wide else 1
    with rc_context(STYLE):
        rows = len(shown) // columns
        figure = look.figure(20.0 + rows * (_FRAME_PT + _BAR_PT * len(policies)))
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for axes, (after_s, region) in zip(panels.flat, shown, strict=True):
            part = table[(table["after_s"] == after_s) & (table["region"] == region)]
            _bars(axes, part.set_index("policy").reindex(policies), colors)
            worlds = int(part["worlds"].max()) if len(part) else 0
            axes.set_title(f"{after_s / 60.0:g} min, {_REGIONS[region]} ({worlds})")
        for axes in panels[-1]:
            axes.set_xlabel("mean error (m)")
        first = table["label"].iloc[0]
        look.title(
            figure,
            f"Simulated worlds (their number). Beside a bar: ratio to {first}; sources in the 90 % "
            "region",
        )
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, colors: Mapping[str, str]) -> None:
    errors_m = rows["mean_error_m"].fillna(0.0)
    axes.barh(range(len(rows)), errors_m, color=[colors[name] for name in rows.index], height=0.7)
    longest_m = float(errors_m.max()) or 1.0
    for y, (_, row) in enumerate(rows.iterrows()):
        if not np.isnan(row["mean_error_m"]):
            text = f"{row['ratio']:.2f}; {100 * row['in_region_90']:.0f} %"
            at_m = row["mean_error_m"] + 0.02 * longest_m
            axes.text(at_m, y, text, va="center", fontsize=STYLE["legend.fontsize"])
    axes.set_xlim(0.0, 1.7 * longest_m)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), rows["label"].fillna(""))
