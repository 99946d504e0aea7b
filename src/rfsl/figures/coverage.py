"""How often regions hold, and whether errors are as large as expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy.stats import binom

from rfsl.arrays import FloatArray
from rfsl.evaluation.tables.coverage import reliability
from rfsl.figures.data_kinds import data_statement
from rfsl.figures.look import Look
from rfsl.figures.style import STYLE

#: Errors below this are drawn here, since the axes are logarithmic.
_LOWEST_M = 1.0
_NOMINAL = np.linspace(0.0, 1.0, 201)


def coverage_panels(
    evaluations: Mapping[str, pd.DataFrame],
    simulated: Mapping[str, Sequence[pd.DataFrame]],
    labels: Mapping[str, str],
    colors: Mapping[str, str],
    after_s: int,
    look: Look,
) -> Figure:
    """How often regions hold, and whether errors are as large as expected.

    The first panel has the share of the sources in the regions of each nominal probability, the
    second the error of each flight against the error that the mode expects. The band in the first
    holds 90 % of such curves of a mode whose probabilities are right, point by point, if each
    flight is an independent draw. Dashed curves are of simulated flights.

    Args:
        evaluations: `EvaluationTable` frames by mode.
        simulated: `SimulatedTable` frames of each mode, one for each fold; modes may be missing.
        labels, colors: label and colour of each mode.
        after_s: time of the estimates shown.
        look: width and title.
    """
    shown = dict(reliability(evaluations, after_s))
    flights = max((part["trial"].nunique() for part in shown.values()), default=0)
    kinds = [kind for part in shown.values() for kind in part["kind"]]
    with rc_context(STYLE):
        figure = look.figure(230.0 if look.wide else 400.0)
        left, right = figure.subplots(1, 2) if look.wide else figure.subplots(2, 1)
        _band(left, flights)
        for mode, part in shown.items():
            left.plot(_NOMINAL, _held(part), color=colors[mode], drawstyle="steps-post")
            right.plot(
                np.maximum(part["expected_error_m"], _LOWEST_M),
                np.maximum(part["error_m"], _LOWEST_M),
                *("o",),
                color=colors[mode],
                markersize=3.5,
                alpha=0.8,
            )
        for mode, parts in simulated.items():
            whole = pd.concat(list(parts), ignore_index=True)
            left.plot(_NOMINAL, _held(whole), color=colors[mode], linestyle="dashed", linewidth=0.9)
        left.set(
            xlabel="nominal probability of the region",
            ylabel="share of sources inside",
            xlim=(0.0, 1.0),
            ylim=(0.0, 1.0),
            aspect="equal",
        )
        _identity(right, shown)
        after = f"{after_s / 60.0:g} min, {flights} {data_statement(kinds)}"
        look.title(figure, f"Coverage after {after}")
        _legend(figure, look, [*shown], bool(simulated), labels, colors)
    return figure


def _held(part: pd.DataFrame) -> FloatArray:
    """Share of the sources that lie in the region of each nominal probability."""
    return np.asarray((part["source_share"].to_numpy()[:, None] <= _NOMINAL).mean(axis=0))


def _band(axes: Axes, flights: int) -> None:
    axes.plot([0.0, 1.0], [0.0, 1.0], color="0.5", linewidth=0.7)
    if flights:
        low, high = binom.interval(0.9, flights, _NOMINAL[1:-1])
        axes.fill_between(
            _NOMINAL[1:-1], low / flights, high / flights, color="0.5", alpha=0.15, linewidth=0
        )


def _identity(axes: Axes, shown: Mapping[str, pd.DataFrame]) -> None:
    values = [part[["expected_error_m", "error_m"]].to_numpy() for part in shown.values()]
    largest_m = max((float(np.nanmax(part)) for part in values), default=100.0)
    limits = (0.9 * _LOWEST_M, 1.4 * max(largest_m, 10.0 * _LOWEST_M))
    axes.plot(limits, limits, color="0.5", linewidth=0.7)
    axes.set(
        xscale="log",
        yscale="log",
        xlim=limits,
        ylim=limits,
        xlabel="expected error (m)",
        ylabel="2D error (m)",
        aspect="equal",
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}")


def _legend(
    figure: Figure,
    look: Look,
    modes: Sequence[str],
    with_simulated: bool,
    labels: Mapping[str, str],
    colors: Mapping[str, str],
) -> None:
    handles: list[Line2D | Patch] = [Line2D([], [], color=colors[mode]) for mode in modes]
    texts = [labels[mode] for mode in modes]
    if with_simulated:
        handles.append(Line2D([], [], color="0.3", linestyle="dashed", linewidth=0.9))
        texts.append("simulated flights")
    handles.append(Patch(facecolor="0.5", alpha=0.25))
    texts.append("90 % of curves if the probabilities are right")
    look.legend_below(figure, handles, texts)
