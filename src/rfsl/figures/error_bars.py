"""Bars of the localization error, as in Figure 6 of the paper."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from rfsl.evaluation.tables.error_summary import last_estimates
from rfsl.figures.data_kinds import data_statement
from rfsl.figures.style import STYLE

_SIMULATED = "simulated\ntest sources"


def error_bars(
    summary: pd.DataFrame,
    colors: Mapping[str, str],
    *,
    own_error_m: Mapping[str, float] | None = None,
    notes: str = "",
) -> Figure:
    """2D error (m) for each group of trials, one bar per mode (Figure 6).

    A bar is the mean over the training seeds, with their standard deviation. If every mode has an
    error over simulated test sources, a last group shows it. Crosses mark the errors of estimates
    made earlier in the flight, diamonds the published errors.

    Args:
        summary: as `rfsl.evaluation.tables.error_summary.summarize` makes it; groups and bars keep
            its order.
        colors: colour of each mode.
        own_error_m: for each group, the error of the team that flew; drawn as a dashed line.
        notes: what the figure lacks; written below it.

    Returns:
        A figure of two-column width, wider for many bars. A group without a usable trial has a note
        in place of its bar.
    """
    last = last_estimates(summary)
    modes = list(dict.fromkeys(last["mode"]))
    labels = _group_labels(last)
    simulated = last[last["scope"] == last["scope"].iloc[-1]].set_index("mode")["simulated_error_m"]
    groups = len(labels) + int(simulated.notna().all())
    width = 0.8 / len(modes)
    with rc_context(STYLE):
        figure = Figure(figsize=(max(5.4, 0.24 * groups * len(modes)), 3.0))
        axes = figure.add_subplot()
        for column, mode in enumerate(modes):
            rows = last[last["mode"] == mode]
            shift = (column - (len(modes) - 1) / 2) * width
            place = np.arange(len(rows)) + shift
            color = colors[mode]
            _bars(axes, rows, place, width, color)
            _earlier(axes, summary[summary["mode"] == mode], place, last["after_s"].iloc[0])
            _diamonds(axes, rows, place)
            if groups > len(labels):
                x, value = len(labels) + shift, simulated[mode]
                axes.bar(x, value, 0.92 * width, color=color, alpha=0.5)
                _write(axes, x, value, f"{value:.1f}")
        for number, group in enumerate(labels):
            if own_error_m and group in own_error_m:
                axes.hlines(
                    own_error_m[group], number - 0.45, number + 0.45, "black", "dashed", zorder=4
                ).set_label("the flying team's own estimate")
        texts = list(labels.values()) + [_SIMULATED] * (groups - len(labels))
        axes.set_xticks(np.arange(groups), texts)
        axes.set_ylabel("2D localization error (m)")
        axes.set_ylim(bottom=0.0)
        axes.margins(x=0.02, y=0.1)
        minutes = f"{last['after_s'].iloc[0] / 60:g} min"
        axes.set_title(
            f"Localization error after {minutes}, {data_statement(last['kind'])}", loc="left"
        )
        _legend(axes, int(last["seeds"].max()), notes)
    return figure


def _group_labels(last: pd.DataFrame) -> dict[str, str]:
    """Text below each group: its name and the locations of its sources."""
    first = last.drop_duplicates("scope")
    places = first["location"].str.replace(" and ", ",\n")
    return {
        scope: "mean" if scope == "mean" else f"{scope}\n{place}"
        for scope, place in zip(first["scope"], places, strict=True)
    }


def _bars(axes: Axes, rows: pd.DataFrame, x: np.ndarray, width: float, color: str) -> None:
    mean_m = rows["mean_error_m"].to_numpy()
    spread_m = np.nan_to_num(rows["std_error_m"].to_numpy())
    axes.bar(
        x,
        np.nan_to_num(mean_m),
        0.92 * width,
        yerr=spread_m if spread_m.any() else None,
        color=color,
        error_kw={"elinewidth": 0.8, "capsize": 2.0},
        label=rows["label"].iloc[0],
    )
    for place, value, spread in zip(x, mean_m, spread_m, strict=True):
        if np.isnan(value):
            _write(axes, place, 0.0, "not usable", rotation=90)
        else:
            _write(axes, place, value + spread, f"{value:.0f}")


def _write(axes: Axes, x: float, y: float, text: str, rotation: float = 0.0) -> None:
    axes.annotate(
        text,
        (x, y),
        xytext=(0, 2),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=6.0,
        rotation=rotation,
    )


def _earlier(axes: Axes, rows: pd.DataFrame, x: np.ndarray, last_s: int) -> None:
    """Draw a cross for each estimate before the last."""
    scopes = rows.loc[rows["after_s"] == last_s, "scope"]
    for after_s in sorted(set(rows["after_s"]) - {last_s}):
        early = rows[rows["after_s"] == after_s].set_index("scope")
        axes.plot(
            x,
            early["mean_error_m"].reindex(scopes),
            "x",
            color="0.25",
            markersize=3.0,
            label=f"after {after_s / 60:g} min",
        )


def _diamonds(axes: Axes, rows: pd.DataFrame, x: np.ndarray) -> None:
    published_m = rows[["published_error_m", "published_again_m"]].to_numpy()
    known = ~np.isnan(published_m)
    if known.any():
        axes.plot(
            np.broadcast_to(x[:, None], known.shape)[known],
            published_m[known],
            "D",
            color="black",
            markerfacecolor="white",
            markersize=4.5,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],  # on dark bars too
            zorder=5,
            label="published (real flights)",
        )


def _legend(axes: Axes, seeds: int, notes: str) -> None:
    handles, labels = axes.get_legend_handles_labels()
    unique = dict(zip(labels, handles, strict=True))
    marks = ("after ", "published", "the flying")
    names = sorted(unique, key=lambda name: name.startswith(marks))
    title = f"mean and standard deviation over {seeds} training seeds" if seeds > 1 else ""
    axes.legend(
        [unique[name] for name in names],
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
        ncols=3,
        frameon=False,
        title="\n".join(filter(None, [title, notes])),
        title_fontsize=7.0,
    )
