"""The page of error against the time of the estimate."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from rfsl.evaluation.tables.over_time import LOWEST_M, SCORED_MIN
from rfsl.figures.data_kinds import data_statement
from rfsl.pages.page import LAYOUT, Page

_COLUMNS = 4
_PANEL_PX = 300
#: Letters in a line of the hover text.
_LETTERS = 60
#: Height of the room above and below the panels.
_ABOVE_PX, _BELOW_PX = 90, 60


def error_time_page(table: pd.DataFrame, colors: Mapping[str, str]) -> Page:
    """The page of every flight and mode.

    Args:
        table: as `rfsl.evaluation.tables.over_time.errors_over_time` makes it; times in seconds,
            errors in metres.
        colors: colour of each mode.
    """
    statements = [
        f"Data: {data_statement(table['kind'])}. Each panel shows one flight: the 2D error of each "
        "mode's estimate, which uses the flight up to the time on the axis. All panels share both "
        "axes. Dotted lines mark 3 and 10 min, when AFAR scored.",
        "Click a mode in the legend to hide it; double-click it to see it alone. Point at a time "
        "for its values. A cross at the bottom marks a time without an estimate; point at it for "
        "the reason.",
    ]
    return Page("Localization error against time", statements, error_time_figure(table, colors))


def error_time_figure(table: pd.DataFrame, colors: Mapping[str, str]) -> go.Figure:
    """A panel per trial, a line per mode; the legend shows or hides a mode in all panels at once.

    Args:
        table, colors: see `error_time_page`.
    """
    trials = list(dict.fromkeys(table["trial"]))
    modes = list(dict.fromkeys(table["mode"]))
    columns = min(_COLUMNS, len(trials))
    rows = -(-len(trials) // columns)
    height_px = rows * _PANEL_PX + _ABOVE_PX + _BELOW_PX
    figure = make_subplots(
        rows,
        columns,
        shared_xaxes="all",
        shared_yaxes="all",
        subplot_titles=[_title(table, trial) for trial in trials],
        horizontal_spacing=0.025,
        vertical_spacing=70.0 / height_px,
    )
    for (place, trial), mode in product(enumerate(trials), modes):
        chosen = table[(table["trial"] == trial) & (table["mode"] == mode)]
        where = {"row": place // columns + 1, "col": place % columns + 1}
        for drawn in _lines(chosen, mode, colors[mode], named=place == 0):
            figure.add_trace(drawn, **where)
    for place, minutes in product(range(len(trials)), SCORED_MIN):
        where = {"row": place // columns + 1, "col": place % columns + 1}
        figure.add_vline(minutes, line={"color": "#999", "width": 1, "dash": "dot"}, **where)
    _axes(figure, table, trials, columns, rows)
    figure.update_annotations(font={"size": 12.5})
    figure.update_layout(
        **LAYOUT,
        height=height_px,
        margin={"l": 70, "r": 20, "t": _ABOVE_PX, "b": _BELOW_PX},
        hovermode="x unified",
        legend={
            "orientation": "h",
            "x": 0.0,
            "y": 1.0 + 45.0 / (height_px - _ABOVE_PX - _BELOW_PX),
            "yanchor": "bottom",
            "groupclick": "togglegroup",
        },
    )
    return figure


def _title(table: pd.DataFrame, trial: str) -> str:
    location = table.loc[table["trial"] == trial, "location"].iloc[0]
    return f"{trial}, {location}"


def _lines(rows: pd.DataFrame, mode: str, color: str, *, named: bool) -> list[go.Scatter]:
    """The line of a mode on a flight, and crosses at the times without an estimate."""
    label = rows["label"].iloc[0]
    minutes = rows["after_s"].to_numpy() / 60.0
    known = rows["error_m"].notna().to_numpy()
    error_m = np.maximum(rows["error_m"].to_numpy(float), LOWEST_M)
    line = go.Scatter(
        x=minutes.tolist(),
        y=[float(value) if there else None for value, there in zip(error_m, known, strict=True)],
        mode="lines+markers",
        name=label,
        legendgroup=mode,
        showlegend=named,
        line={"color": color, "width": 2},
        marker={"size": 5},
        text=[_words(row) for row in rows.to_dict("records")],
        hovertemplate="%{text}",
    )
    missing = rows[~known]
    if missing.empty:
        return [line]
    cross = go.Scatter(
        x=(missing["after_s"] / 60.0).tolist(),
        y=[LOWEST_M] * len(missing),
        mode="markers",
        name=label,
        legendgroup=mode,
        showlegend=False,
        marker={
            "color": color,
            "symbol": "x-thin",
            "size": 8,
            "line": {"color": color, "width": 2},
        },
        text=["<br>".join(wrap(f"no estimate: {note}", _LETTERS)) for note in missing["note"]],
        hovertemplate="%{text}",
        cliponaxis=False,
    )
    return [line, cross]


def _words(row: Mapping[Hashable, Any]) -> str:
    text = f"{row['error_m']:.1f} m"
    if np.isfinite(row["expected_error_m"]):
        text += f" (expected {row['expected_error_m']:.1f} m, "
        text += f"90 % region as large as a disk of radius {row['radius_90_m']:.0f} m)"
    return text


def _axes(
    figure: go.Figure, table: pd.DataFrame, trials: list[str], columns: int, rows: int
) -> None:
    last_min = float(table["after_s"].max()) / 60.0
    largest_m = float(np.nanmax(table["error_m"].to_numpy(float), initial=10.0 * LOWEST_M))
    figure.update_xaxes(
        range=[0.0, 1.04 * last_min],
        nticks=6,
        hoverformat=".3~g",
        unifiedhovertitle={"text": "after %{x} min"},
        ticks="outside",
        showline=True,
        linecolor="#999",
        title_standoff=8,
    )
    figure.update_yaxes(
        type="log",
        range=[np.log10(LOWEST_M), np.log10(1.3 * largest_m)],
        tickvals=[factor * 10**power for power in range(4) for factor in (1, 2, 5)],
        tickformat=",",
        ticks="outside",
        showline=True,
        linecolor="#999",
    )
    for column in range(1, columns + 1):
        # The last panel of a column may stand a row higher.
        row = rows if (rows - 1) * columns + column <= len(trials) else rows - 1
        figure.update_xaxes(title="time of flight (min)", showticklabels=True, row=row, col=column)
    for row in range(1, rows + 1):
        figure.update_yaxes(title="2D error (m)", row=row, col=1)
