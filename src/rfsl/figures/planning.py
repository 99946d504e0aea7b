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


def planning_panels(table: pd.DataFrame, colors: Mapping[str, str], look: Look) -> Figure:
    """Mean errors by policy: a row of panels for each time, a column for where the source is.

    Bars are mean errors in metres. The text beside a bar is the ratio to the first policy's mean
    error with its 90 % interval, and the share of the sources in the 90 % region.

    Args:
        table: as `rfsl.evaluation.tables.planning.planning_table` makes it.
        colors: colour of each policy.
        look: width and title.
    """
    times_s = sorted(table["after_s"].unique())
    regions = [region for region in _REGIONS if region in set(table["region"])]
    policies = list(dict.fromkeys(table["policy"]))
    with rc_context(STYLE):
        columns = len(regions) if look.wide else 1
        rows = len(times_s) * len(regions) // columns
        figure = look.figure(36.0 + rows * (40.0 + 14.4 * len(policies)))
        panels = figure.subplots(rows, columns, sharey=True, squeeze=False)
        panels = panels.reshape(len(times_s), len(regions))
        for row, after_s in zip(panels, times_s, strict=True):
            for axes, region in zip(row, regions, strict=True):
                part = table[(table["after_s"] == after_s) & (table["region"] == region)]
                _bars(axes, part.set_index("policy").reindex(policies), colors)
                worlds = int(part["worlds"].max()) if len(part) else 0
                axes.set_title(f"{after_s / 60.0:g} min, {_REGIONS[region]} ({worlds} worlds)")
        for axes in panels[-1]:
            axes.set_xlabel("mean error (m)")
        look.title(
            figure,
            "Simulated worlds. Bars: mean error. Text: ratio to the first policy (90 % interval), "
            "share of the sources in the 90 % region",
        )
    return figure


def _bars(axes: Axes, rows: pd.DataFrame, colors: Mapping[str, str]) -> None:
    place = np.arange(len(rows))
    errors_m = rows["mean_error_m"].fillna(0.0)
    axes.barh(place, errors_m, color=[colors[name] for name in rows.index], height=0.7)
    longest_m = float(errors_m.max()) or 1.0
    for y, (_, row) in zip(place, rows.iterrows(), strict=True):
        if np.isnan(row["mean_error_m"]):
            continue
        text = f"{row['ratio']:.2f}"
        if row["ratio_low"] < row["ratio_high"]:
            text += f" ({row['ratio_low']:.2f}-{row['ratio_high']:.2f})"
        text += f", {100 * row['in_region_90']:.0f} %"
        axes.text(row["mean_error_m"] + 0.02 * longest_m, float(y), text, va="center", fontsize=5.5)
    axes.set_xlim(0.0, 1.75 * longest_m)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(place, rows["label"].fillna(""))
