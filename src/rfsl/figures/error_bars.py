"""Bars of the localization error, as in Figure 6 of the paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from rfsl.evaluation.tables.error_summary import last_estimates
from rfsl.figures.data_kinds import data_statement, shown_locations
from rfsl.figures.look import Look
from rfsl.figures.numbers import NUMBER_PT, Numbers
from rfsl.figures.palette import outline
from rfsl.figures.style import STYLE

#: The last group: errors on simulated test sources, of the modes that are trained.
_SIMULATED = "simulated\ntest sources"
#: Bars are not narrower, so that a number stands above each of them.
_NARROWEST_PT = 8.0
#: Width of the axis on the left, and height of a row of groups.
_AXIS_PT, _ROW_PT = 40.0, 125.0
#: Share of a group's width that its bars fill.
_FILLED = 0.84


@dataclass(frozen=True)
class _Bars:
    """What the figure shows: rows of `summarize` for the last time of the estimate, by mode.

    Attributes:
        summary: rows of all times.
        colors: colour of each mode.
        own_error_m: see `error_bars`.
    """

    summary: pd.DataFrame
    colors: Mapping[str, str]
    own_error_m: Mapping[str, float]

    @cached_property
    def last(self) -> pd.DataFrame:
        return last_estimates(self.summary)

    @cached_property
    def modes(self) -> list[str]:
        return list(dict.fromkeys(self.last["mode"]))

    @cached_property
    def scopes(self) -> list[str]:
        """The groups; `_SIMULATED` is the last of them if most modes have such an error."""
        scopes = list(dict.fromkeys(self.last["scope"]))
        known = self.last[self.last["scope"] == scopes[-1]]["simulated_error_m"].notna()
        return [*scopes, _SIMULATED] if known.mean() > 0.5 else scopes

    def of(self, mode: str, scopes: Sequence[str]) -> pd.DataFrame:
        """Rows of a mode for some groups, in their order; NaN for `_SIMULATED`."""
        return self.last[self.last["mode"] == mode].set_index("scope").reindex(list(scopes))

    def simulated_m(self, mode: str) -> float:
        """Error of a mode on simulated test sources, NaN if it is not trained."""
        return float(self.last[self.last["mode"] == mode]["simulated_error_m"].iloc[-1])


def error_bars(
    summary: pd.DataFrame,
    colors: Mapping[str, str],
    look: Look,
    *,
    names: Mapping[str, str] | None = None,
    own_error_m: Mapping[str, float] | None = None,
    notes: str = "",
) -> Figure:
    """2D error (m) for each group of trials, one bar per mode (Figure 6).

    A bar is the mean over the training seeds, with their standard deviation. If most modes have an
    error over simulated test sources, a last group shows it. Crosses mark the errors of estimates
    made earlier in the flight, diamonds the published errors, and a line across a bar the radius of
    the mode's 90 % region. Groups that do not fit beside each other get a row of their own.

    Args:
        summary: as `rfsl.evaluation.tables.error_summary.summarize` makes it; groups and bars keep
            its order.
        colors: colour of each mode.
        look: width and title.
        names: display name of a group.
        own_error_m: for each group, the error of the team that flew; drawn as a dashed line.
        notes: what the figure lacks; written below it.

    Returns:
        A figure. A group without a usable trial has a note in place of its bar.
    """
    bars = _Bars(summary, colors, own_error_m or {})
    room_pt = look.width_pt - _AXIS_PT
    fit = max(1, int(room_pt / (len(bars.modes) * _NARROWEST_PT / _FILLED)))
    count = -(-len(bars.scopes) // fit)
    each = -(-len(bars.scopes) // count)
    rows = [bars.scopes[at : at + each] for at in range(0, len(bars.scopes), each)]
    pitch_pt = room_pt / each * _FILLED / len(bars.modes)
    with rc_context(STYLE):
        figure = look.figure(_ROW_PT * count + 20.0)
        panels = figure.subplots(count, 1, squeeze=False, sharey=True)[:, 0]
        numbers = Numbers(vertical=pitch_pt < 14.0, shown=pitch_pt >= NUMBER_PT)
        for axes, scopes in zip(panels, rows, strict=True):
            axes.set_xlim(-0.5, each - 0.5)
            _draw(axes, bars, scopes, numbers)
            texts = [_group_label(bars, scope, names or {}) for scope in scopes]
            texts = [look.lines(text, 8.0, 0.94 / each) for text in texts]
            axes.set_xticks(range(len(scopes)), texts, fontsize=7.0)
            axes.tick_params(axis="x", length=0)
            axes.set_ylabel("2D error (m)")
        minutes = f"{bars.last['after_s'].iloc[0] / 60:g} min"
        kinds = data_statement(bars.last["kind"])
        look.title(figure, f"Localization error after {minutes}, {kinds}")
        _legend(figure, list(panels), look, int(bars.last["seeds"].max()), notes)
        numbers.place(figure)
    return figure


def _group_label(bars: _Bars, scope: str, names: Mapping[str, str]) -> str:
    """Text below a group: its name, and the locations of its sources if the name lacks them."""
    if scope == _SIMULATED or scope == "mean":
        return scope
    location = shown_locations(bars.last[bars.last["scope"] == scope]["location"].iloc[0])
    shown = names.get(scope, scope)
    return shown if location in shown else f"{shown}\n{location}"


def _draw(axes: Axes, bars: _Bars, scopes: Sequence[str], numbers: Numbers) -> None:
    """Draw the bars and marks of a row of groups."""
    width = _FILLED / len(bars.modes)
    place = np.arange(len(scopes), dtype=float)
    for group, scope in enumerate(scopes):
        if scope in bars.own_error_m:
            own_m = bars.own_error_m[scope]
            left, right = group - 0.5 * _FILLED, group + 0.5 * _FILLED
            axes.hlines(own_m, left, right, "black", "dashed", zorder=4).set_label(
                "the flying team's own estimate"
            )
            numbers.keep_off(axes, (left, right), own_m, 2.0)
    for column, mode in enumerate(bars.modes):
        x = place + (column - (len(bars.modes) - 1) / 2) * width
        _draw_mode(axes, bars, mode, scopes, x, width, numbers)


def _draw_mode(
    axes: Axes,
    bars: _Bars,
    mode: str,
    scopes: Sequence[str],
    x: np.ndarray,
    width: float,
    numbers: Numbers,
) -> None:
    rows, color = bars.of(mode, scopes), bars.colors[mode]
    simulated = np.array([scope == _SIMULATED for scope in scopes])
    mean_m = np.where(simulated, bars.simulated_m(mode), rows["mean_error_m"].to_numpy(float))
    spread_m = np.nan_to_num(rows["std_error_m"].to_numpy(float))
    for faint in (False, True):
        chosen = simulated == faint
        if chosen.any():
            axes.bar(
                x[chosen],
                np.nan_to_num(mean_m[chosen]),
                0.88 * width,
                yerr=spread_m[chosen] if spread_m[chosen].any() else None,
                color=color,
                alpha=0.5 if faint else 1.0,
                edgecolor=outline(color),
                linewidth=0.6,
                error_kw={"elinewidth": 0.8, "capsize": 2.0},
                label=bars.last[bars.last["mode"] == mode]["label"].iloc[0],
            )
    for at, value_m, spread, is_simulated in zip(x, mean_m, spread_m, simulated, strict=True):
        span = (at - width / 2, at + width / 2)
        if not np.isnan(value_m):
            numbers.add(axes, span, value_m + spread, f"{value_m:.{int(is_simulated)}f}")
        elif not is_simulated:
            numbers.add(axes, span, 0.0, "not usable", vertical=True)
    _earlier(axes, bars, mode, scopes, x, width, numbers)
    _radius(axes, rows["radius_90_m"].to_numpy(float), x, width, numbers)
    _diamonds(axes, rows, x, width, numbers)


def _earlier(
    axes: Axes,
    bars: _Bars,
    mode: str,
    scopes: Sequence[str],
    x: np.ndarray,
    width: float,
    numbers: Numbers,
) -> None:
    """Draw a cross for each estimate before the last."""
    rows = bars.summary[bars.summary["mode"] == mode]
    for after_s in sorted(set(rows["after_s"]) - {bars.last["after_s"].iloc[0]}):
        early = rows[rows["after_s"] == after_s].set_index("scope")
        error_m = early["mean_error_m"].reindex(scopes).to_numpy(float)
        if np.isnan(error_m).all():
            continue
        axes.plot(
            *(x, error_m, "x"),
            color="0.25",
            markersize=3.0,
            path_effects=[withStroke(linewidth=2.0, foreground="white")],
            zorder=4,
            label=f"after {after_s / 60:g} min",
        )
        numbers.keep_off_all(axes, x, width, error_m, 3.0)


def _radius(
    axes: Axes, radius_m: np.ndarray, x: np.ndarray, width: float, numbers: Numbers
) -> None:
    if not np.isnan(radius_m).all():
        axes.hlines(
            *(radius_m, x - 0.44 * width, x + 0.44 * width, "black"),
            linewidth=1.2,
            path_effects=[withStroke(linewidth=2.6, foreground="white")],
            zorder=4,
            label="radius of the 90 % region",
        )
        numbers.keep_off_all(axes, x, width, radius_m, 2.0)


def _diamonds(
    axes: Axes, rows: pd.DataFrame, x: np.ndarray, width: float, numbers: Numbers
) -> None:
    error_m = rows[["published_error_m", "published_again_m"]].to_numpy(float)
    known = ~np.isnan(error_m)
    if known.any():
        axes.plot(
            *(np.broadcast_to(x[:, None], known.shape)[known], error_m[known], "D"),
            color="black",
            markerfacecolor="white",
            markersize=4.5,
            path_effects=[withStroke(linewidth=2.5, foreground="white")],  # on dark bars too
            zorder=5,
            label="published (real flights)",
        )
        for column in error_m.T:
            numbers.keep_off_all(axes, x, width, column, 4.5)


def _legend(figure: Figure, panels: Sequence[Axes], look: Look, seeds: int, notes: str) -> None:
    unique: dict[str, Artist] = {}
    for axes in panels:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            unique.setdefault(label, handle)
    marks = ("after ", "published", "the flying", "radius")
    names = sorted(unique, key=lambda name: name.startswith(marks))
    title = f"mean and standard deviation over {seeds} training seeds" if seeds > 1 else ""
    note = "\n".join(filter(None, [title, notes]))
    look.legend_below(figure, [unique[name] for name in names], names, note)
