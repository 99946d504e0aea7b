"""The benchmark on flights of many fields: errors, coverage, time and height."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rfsl.evaluation.tables.fields import ALL_SETS
from rfsl.figures.look import Look
from rfsl.figures.style import STYLE

#: Letters in a line of a set's name.
_LETTERS = 20
#: Points have an edge, so that pale colours are seen.
_POINT: dict[str, Any] = {
    "markersize": 4.0,
    "markeredgecolor": "0.3",
    "markeredgewidth": 0.4,
}
#: Height of the row of a set, and what is above and below the panels (points).
_ROW_PT, _FRAME_PT = 61.0, 30.0


def fields_panels(
    summary: pd.DataFrame,
    flights: pd.DataFrame,
    colors: Mapping[str, str],
    whole_s: int,
    times_s: Sequence[int],
    reference: str,
    look: Look,
) -> Figure:
    """Four panels: mean errors and coverage by set, error against time, error against height.

    Args:
        summary: as `rfsl.evaluation.tables.fields.sets_table` makes it.
        flights: as `rfsl.evaluation.tables.fields.flights_table` makes it.
        colors: colour of each estimator, in the order in which they are drawn.
        whole_s: the time that stands for whole flights.
        times_s: the other times.
        reference: the estimator of the panel of heights.
        look: width and title.
    """
    whole = summary[summary["after_s"] == whole_s]
    fields = [name for name in dict.fromkeys(whole["set"]) if name != ALL_SETS]
    if len(fields) > 1:
        fields.append(ALL_SETS)
    labels = {str(row.estimator): str(row.label) for row in whole.itertuples()}
    with rc_context(STYLE):
        rows_pt, below_pt = _ROW_PT * len(fields) + 36.0, 160.0
        figure = look.figure(_FRAME_PT + rows_pt + (1 if look.wide else 2) * below_pt)
        if look.wide:
            grid = figure.add_gridspec(2, 2, height_ratios=[rows_pt, below_pt])
            times, heights = grid[1, 0], grid[1, 1]
        else:
            grid = figure.add_gridspec(3, 2, height_ratios=[rows_pt, below_pt, below_pt])
            times, heights = grid[1, :], grid[2, :]
        left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
        _draw_errors(left, whole, fields, colors)
        _draw_coverage(right, whole, fields, colors)
        _draw_times(figure.add_subplot(times), summary, colors, whole_s, times_s)
        _draw_heights(figure.add_subplot(heights), flights, whole_s, reference, labels)
        look.title(figure, "Estimators on real flights of several fields")
        look.legend_below(figure, *left.get_legend_handles_labels())
    return figure


def _rows(axes: Axes, whole: pd.DataFrame, fields: list[str]) -> None:
    """Name the sets on the left, from the top down, with the number of their flights."""
    titles = []
    for field in fields:
        part = whole[whole["set"] == field]
        count = int(part["flights"].max())
        title = fill(str(part["title"].iloc[0]), _LETTERS)
        titles.append(f"{title}\n({count} flight{'s' if count > 1 else ''})")
    axes.set_yticks(np.arange(len(fields)), titles)
    axes.set_ylim(len(fields) - 0.5, -0.5)
    for edge in np.arange(len(fields) - 1) + 0.5:
        axes.axhline(edge, color="0.85", linewidth=0.8)
    axes.grid(False, axis="y")


def _places(count: int) -> np.ndarray:
    return (np.arange(count) - (count - 1) / 2) * 0.8 / max(count, 1)


def _draw_errors(
    axes: Axes, whole: pd.DataFrame, fields: list[str], colors: Mapping[str, str]
) -> None:
    shown = [name for name in colors if name in set(whole["estimator"])]
    most = whole.groupby("set")["flights"].max().reindex(fields)
    for name, shift in zip(shown, _places(len(shown)), strict=True):
        rows = whole[whole["estimator"] == name].set_index("set").reindex(fields)
        place = np.arange(len(fields)) + shift
        axes.hlines(place, rows["low_m"], rows["high_m"], color=colors[name], linewidth=1.2)
        label = str(rows["label"].dropna().iloc[0])
        points = axes.plot(rows["mean_error_m"], place, "o", color=colors[name], **_POINT)
        points[0].set_label(label)
        fewer = (rows["flights"] < most).to_numpy()
        axes.plot(rows["mean_error_m"][fewer], place[fewer], "o", color="white", markersize=2.0)
    axes.set_xscale("log")
    axes.set_xlabel(
        "mean 2D error (m) of whole\nflights, 90 % interval over them\n(white: not scored on all)"
    )
    _rows(axes, whole, fields)


def _draw_coverage(
    axes: Axes, whole: pd.DataFrame, fields: list[str], colors: Mapping[str, str]
) -> None:
    axes.axvline(90.0, color="0.5", linewidth=0.8, linestyle="--")
    probable = whole[whole["in_region_90"].notna()]
    shown = [name for name in colors if name in set(probable["estimator"])]
    for name, shift in zip(shown, _places(len(shown)), strict=True):
        rows = probable[probable["estimator"] == name].set_index("set").reindex(fields)
        place = np.arange(len(fields)) + shift
        axes.plot(100 * rows["in_region_90"], place, "o", color=colors[name], **_POINT)
        ratio = rows["expected_error_m"] / rows["mean_error_m"]
        for x, y, value in zip(100 * rows["in_region_90"], place, ratio, strict=True):
            if np.isfinite(value):
                axes.annotate(
                    f"{value:.1f}", (x, y), xytext=(-5, 0), textcoords="offset points",
                    ha="right", va="center", fontsize=6.5, color="0.25",
                )  # fmt: skip
    axes.set_xlim(-12.0, 105.0)
    axes.set_xlabel("sources in the 90 % region (%);\nnumbers: expected error\nover error")
    _rows(axes, whole, fields)
    axes.tick_params(axis="y", labelleft=False, length=0)


def _draw_times(
    axes: Axes,
    summary: pd.DataFrame,
    colors: Mapping[str, str],
    whole_s: int,
    times_s: Sequence[int],
) -> None:
    shown_s = [*times_s, whole_s]
    everywhere = summary[summary["set"] == ALL_SETS]
    most = int(everywhere["flights"].max())
    for name, color in colors.items():
        if everywhere[everywhere["estimator"] == name]["flights"].max() < most:
            continue
        rows = everywhere[everywhere["estimator"] == name].set_index("after_s").reindex(shown_s)
        place = np.arange(len(shown_s))
        axes.plot(place, rows["mean_error_m"], "o-", color=color, **_POINT)
    texts = [f"{time_s / 60:g} min" for time_s in times_s]
    axes.set_xticks(np.arange(len(shown_s)), [*texts, "whole"])
    axes.set_ylabel("mean 2D error (m)")
    axes.set_ylim(bottom=0.0)
    axes.set_title("estimators that were scored on all flights", loc="left")


def _draw_heights(
    axes: Axes, flights: pd.DataFrame, whole_s: int, reference: str, labels: Mapping[str, str]
) -> None:
    chosen = (flights["after_s"] == whole_s) & (flights["estimator"] == reference)
    rows = flights[chosen & flights["error_m"].notna()]
    axes.plot(rows["height_m"], rows["error_m"], "o", color="black", markersize=3.5, alpha=0.7)
    axes.set_xlabel("median height of the flight (m)")
    axes.set_ylabel("2D error (m)")
    axes.set_ylim(bottom=0.0)
    axes.set_title(labels.get(reference, reference), loc="left")
