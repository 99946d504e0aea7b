"""Errors of the modes on radio maps against coverage and noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from rfsl.figures.look import Look
from rfsl.figures.palette import outline
from rfsl.figures.style import STYLE

#: Name in the tables of the search that needs no training; it is drawn black and dashed.
SEARCH = "two_laws"
#: Title of each way to measure a map.
SAMPLING_TITLES = {"pixels": "random pixels", "flight": "along a flight"}
#: For each cause of error: label of its axis, and factor from the table's values to the axis.
_CAUSES = {
    "coverage": ("measured pixels (%)", 100.0),
    "noise_rate": ("noise rate", 1.0),
}
_MARKERS = "osD^vP*Xhp<>"


def error_against(
    table: pd.DataFrame,
    cause: str,
    colors: Mapping[str, str],
    held: float,
    scenes: str,
    look: Look,
) -> Figure:
    """Root mean square error (m) against coverage or noise, a panel for each way to measure.

    Args:
        table: as `rfsl.evaluation.tables.heatmaps.heatmap_table` makes it; curves keep its order of
            modes.
        cause: `coverage` or `noise_rate`.
        colors: colour of each trained mode.
        held: value of the other cause, which is the same for all points of the figure.
        scenes: what the scenes are, in words.
        look: width and title.

    Returns:
        A figure. Bands are 95 % bootstrap intervals over scenes.
    """
    other = "noise_rate" if cause == "coverage" else "coverage"
    swept = table[np.isclose(table[other], held)]
    label, factor = _CAUSES[cause]
    with rc_context(STYLE):
        count = len(SAMPLING_TITLES)
        shape = (1, count) if look.wide else (count, 1)
        figure = look.figure(210.0 if look.wide else 170.0 * count)
        panels = figure.subplots(*shape, sharey=True)
        for axes, (sampling, title) in zip(panels, SAMPLING_TITLES.items(), strict=True):
            part = swept[swept["sampling"] == sampling]
            for number, mode in enumerate(dict.fromkeys(part["mode"])):
                rows = part[part["mode"] == mode].sort_values(cause)
                color = "#000000" if mode == SEARCH else colors[mode]
                x = factor * rows[cause].to_numpy()
                axes.plot(
                    x,
                    rows["rmse_m"],
                    marker=_MARKERS[number % len(_MARKERS)],
                    markersize=3.0,
                    linewidth=1.0,
                    linestyle="--" if mode == SEARCH else "-",
                    color=color,
                    markeredgecolor=outline(color),
                    markeredgewidth=0.5,
                    label=rows["label"].iloc[0],
                )
                axes.fill_between(
                    x, rows["low_m"], rows["high_m"], color=color, alpha=0.12, linewidth=0.0
                )
            axes.set_xlabel(label)
            axes.set_title(title, loc="left")
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axes.yaxis.set_minor_formatter(NullFormatter())
        for axes in panels[:1] if look.wide else panels:
            axes.set_ylabel("RMSE of the 2D position (m)")
        look.title(figure, _statement(swept, other, held, scenes))
        look.legend_below(figure, *panels[0].get_legend_handles_labels())
    return figure


def _statement(swept: pd.DataFrame, other: str, held: float, scenes: str) -> str:
    count, seeds = swept["scenes"].max(), swept["seeds"].max()
    still = f"noise rate {held:g}" if other == "noise_rate" else f"{100.0 * held:g} % measured"
    return (
        f"{scenes} ({count} of them, {seeds} training seeds, {still}); bands: 95 % "
        "bootstrap intervals"
    )
