"""Error against the time of the estimate, a panel per trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FormatStrFormatter, MaxNLocator, NullFormatter

from rfsl.evaluation.tables.over_time import LOWEST_M, SCORED_MIN
from rfsl.figures.data_kinds import data_statement, shown_locations
from rfsl.figures.look import Look
from rfsl.figures.palette import outline
from rfsl.figures.style import STYLE

#: Panels beside each other, narrow and wide; height of a row of panels in points.
_COLUMNS = (2, 4)
_ROW_PT = 112.0
_LINE: dict[str, Any] = {"linewidth": 1.3, "marker": "o", "markersize": 2.6, "markeredgewidth": 0.5}


def error_curves(
    table: pd.DataFrame, colors: Mapping[str, str], look: Look, names: Mapping[str, str]
) -> Figure:
    """2D error (m) of each mode on each trial, and the error that the mode expects.

    The error axis is logarithmic, because errors fall from the size of the area to metres. A time
    without an estimate is left blank, and a note below the panels names it.

    Args:
        table: as `rfsl.evaluation.tables.over_time.errors_over_time` makes it.
        colors: colour of each mode.
        look: width and title.
        names: display name of each trial.
    """
    trials = list(dict.fromkeys(table["trial"]))
    modes = list(dict.fromkeys(table["mode"]))
    columns = min(_COLUMNS[look.wide], len(trials))
    rows = -(-len(trials) // columns)
    with rc_context(STYLE):
        figure = look.figure(_ROW_PT * rows + 24.0)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, trial in zip(panels.flat, trials, strict=False):
            here = table[table["trial"] == trial]
            for mode in modes:
                _draw(axes, here[here["mode"] == mode], colors[mode])
            for minutes in SCORED_MIN:
                axes.axvline(minutes, color="0.6", linewidth=0.7, linestyle=":", zorder=1)
            shown = names.get(trial, trial)
            location = shown_locations(here["location"].iloc[0])
            if location not in shown:
                shown = f"{shown}, {location}"
            axes.set_title(look.lines(shown, 7.0, 0.85 / columns), fontsize=7.0)
        for axes in panels.flat[len(trials) :]:
            axes.set_visible(False)
        _axes(panels, table)
        look.title(figure, f"Localization error against time, {data_statement(table['kind'])}")
        _legend(figure, table, colors, look, names)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, color: str) -> None:
    minutes = rows["after_s"].to_numpy() / 60.0
    error_m, expected_m, radius_m = (
        np.maximum(rows[name].to_numpy(float), LOWEST_M)
        for name in ("error_m", "expected_error_m", "radius_90_m")
    )
    axes.fill_between(minutes, LOWEST_M, radius_m, color=color, alpha=0.12, linewidth=0)
    axes.plot(minutes, expected_m, color=outline(color), linewidth=0.8, linestyle="dashed")
    axes.plot(minutes, error_m, color=color, markeredgecolor=outline(color), **_LINE)


def _axes(panels: np.ndarray, table: pd.DataFrame) -> None:
    first = panels[0, 0]
    first.set_yscale("log")
    last_min = float(table["after_s"].max()) / 60.0
    first.set_xlim(0.0, 1.04 * last_min)
    shown_m = table[["error_m", "expected_error_m", "radius_90_m"]].to_numpy(float)
    largest_m = np.nanmax(shown_m, initial=10.0 * LOWEST_M)  # where no flight can be used
    first.set_ylim(LOWEST_M, 1.3 * float(largest_m))
    first.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    first.yaxis.set_minor_formatter(NullFormatter())
    first.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    for axes in panels[:, 0]:
        axes.set_ylabel("2D error (m)")
    for column in panels.T:
        shown = [axes for axes in column if axes.get_visible()]
        shown[-1].set_xlabel("time of flight (min)")
        shown[-1].xaxis.set_tick_params(labelbottom=True)


def _legend(
    figure: Figure,
    table: pd.DataFrame,
    colors: Mapping[str, str],
    look: Look,
    names: Mapping[str, str],
) -> None:
    labels = dict(zip(table["mode"], table["label"], strict=True))
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=colors[mode], markeredgecolor=outline(colors[mode]), **_LINE)
        for mode in labels
    ]
    texts = list(labels.values())
    if table["expected_error_m"].notna().any():
        handles += [
            Line2D([], [], color="0.3", linewidth=0.8, linestyle="dashed"),
            Patch(facecolor="0.3", alpha=0.15),
        ]
        texts += ["error that the mode expects", "up to the radius of its 90 % region"]
    handles.append(Line2D([], [], color="0.6", linewidth=0.7, linestyle=":"))
    texts.append("3 and 10 min")
    look.legend_below(figure, handles, texts, _blank(table, names))


def _blank(table: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Which estimates are missing: trials, times and modes, in words; empty if none is."""
    missing = table[table["error_m"].isna()]
    if missing.empty:
        return ""
    modes = table["mode"].nunique()
    lines = []
    for trial, rows in missing.groupby("trial", sort=False):
        labels: dict[str, list[str]] = {}
        for label, times_s in rows.groupby("label", sort=False)["after_s"]:
            minutes = ", ".join(f"{time_s / 60.0:g}" for time_s in times_s)
            labels.setdefault(minutes, []).append(str(label))
        for minutes, blank in labels.items():
            who = "" if len(blank) == modes else f" ({' and '.join(blank)})"
            lines.append(f"{names.get(str(trial), trial)} after {minutes} min{who}")
    return f"blank where a flight cannot be used: {'; '.join(lines)}"
