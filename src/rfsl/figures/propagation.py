"""Figure 5, and the residual behind the landing legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.config.propagation import PROPAGATION_LABELS, LegSettings
from rfsl.evaluation.tables.leg_residual import LegResidual
from rfsl.evaluation.tables.propagation import CLAIMED_WITHIN_DB
from rfsl.figures.data_kinds import data_statement, shown_locations
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE

#: A propagation model has the same line everywhere. Enhanced two-ray lies on two-ray for most
#: links, so it is a broad band below the dashed line of the other.
MODEL_LINES: dict[str, dict[str, Any]] = {
    "enhanced_two_ray": {"color": COLORS[0], "linewidth": 3.2, "alpha": 0.55, "zorder": 2.0},
    "two_ray": {"color": "#8A5A00", "linewidth": 1.1, "linestyle": "dashed", "zorder": 2.2},
    "free_space": {"color": COLORS[2], "linewidth": 1.2, "zorder": 2.1},
    "calibrated": {"color": COLORS[3], "linewidth": 1.4, "zorder": 2.1},
}
_OTHER_LINE = {"color": "black", "linewidth": 1.2, "linestyle": "dotted"}
_BIN_DEG = 10.0
_PANEL_PT = 128.0


def error_cdf(
    errors: pd.DataFrame, kinds: Sequence[str], look: Look, names: Mapping[str, str]
) -> Figure:
    """CDF of the absolute error (dB) of each propagation model, a panel per location (Figure 5).

    Args:
        errors: as `rfsl.evaluation.tables.propagation.read_propagation_errors` makes it.
        kinds: kind of each trial, for the statement on the picture.
        look: width and title.
        names: display name of each trial.
    """
    locations = sorted(set(errors["location"]))
    columns = min(3 if look.wide else 2, len(locations))
    rows = -(-len(locations) // columns)
    with rc_context(STYLE):
        figure = look.figure(_PANEL_PT * rows + 20.0)
        panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes, location in zip(panels.flat, locations, strict=False):
            here = errors[errors["location"] == location]
            for model, part in here.groupby("model", sort=False):
                size_db = np.sort(part["error_db"].abs())
                share = np.arange(1, size_db.size + 1) / size_db.size
                line = MODEL_LINES.get(str(model), _OTHER_LINE)
                label = PROPAGATION_LABELS.get(str(model), str(model).replace("_", " "))
                axes.plot(size_db, share, label=label, **line)
            axes.axhline(0.9, color="0.6", linewidth=0.7, linestyle=":")
            axes.axvline(CLAIMED_WITHIN_DB, color="0.6", linewidth=0.7, linestyle=":")
            axes.set_xlim(0, 45)
            axes.set_ylim(0, 1)
            trials = ", ".join(names.get(name, name) for name in dict.fromkeys(here["trial"]))
            title = look.lines(f"{shown_locations(location)}\n{trials}", 7.0, 0.92 / columns)
            axes.set_title(title, fontsize=6.5)
            axes.set_xlabel("absolute error (dB)")
            axes.label_outer()
        for column in range(len(locations) - columns * (rows - 1), columns):
            panels[-1, column].set_visible(False)
            panels[-2, column].tick_params(labelbottom=True)
            panels[-2, column].set_xlabel("absolute error (dB)")
        for axes in panels[:, 0]:
            axes.set_ylabel("share of locked samples")
        look.title(figure, f"Measured against predicted RSS, {data_statement(kinds)}")
        handles, texts = panels[0, 0].get_legend_handles_labels()
        note = "dotted: 90 %, and the 22 dB that the paper states for enhanced two-ray"
        look.legend_below(figure, handles, texts, note)
    return figure


def leg_residuals(
    residual: LegResidual,
    legs: LegSettings,
    intervals: Mapping[str, tuple[float, float, float]],
    kinds: Sequence[str],
    look: Look,
) -> Figure:
    """Residual of two-ray (dB) near the horizontal against body azimuth, with the legs marked.

    Args:
        intervals: for each fold, the fitted Υ (dB) and the bounds of its 90 % interval.
        kinds: kind of each trial, for the statement on the picture.
        look: width and title.
    """
    number = (residual.azimuth_deg // _BIN_DEG).astype(int)
    quartiles = (
        pd.Series(residual.residual_db)
        .groupby(number)
        .quantile(np.array([0.25, 0.5, 0.75]))
        .unstack()
    )
    with rc_context(STYLE):
        figure = look.figure(150.0)
        axes = figure.add_subplot()
        for index, leg_deg in enumerate(legs.azimuths_deg):
            axes.axvspan(
                leg_deg - legs.half_width_deg,
                leg_deg + legs.half_width_deg,
                color=COLORS[1],
                alpha=0.35,
                linewidth=0,
                label="behind a leg (paper)" if index == 0 else None,
            )
        center_deg = (quartiles.index.to_numpy() + 0.5) * _BIN_DEG
        axes.fill_between(
            center_deg, quartiles[0.25], quartiles[0.75], color=COLORS[0], alpha=0.2, linewidth=0
        )
        axes.plot(
            center_deg,
            quartiles[0.5],
            "o-",
            color=COLORS[0],
            markersize=2.5,
            linewidth=1.0,
            label="median and quartiles, 10° bins",
        )
        axes.axhline(0.0, color="0.5", linewidth=0.6)
        axes.set_xlim(0, 360)
        axes.set_xticks(np.arange(0, 361, 45))
        axes.set_xlabel("body azimuth of the source (°)\nright 0, nose 90, left 180, tail 270")
        axes.set_ylabel("measured - two-ray (dB)")
        look.title(
            figure,
            f"Residual within {legs.maximum_elevation_deg:g}° of the horizontal, "
            f"{data_statement(kinds)}",
        )
        text = "; ".join(
            f"without {shown_locations(fold)}: {fitted:.1f} dB ({low_db:.1f} to {high_db:.1f})"
            for fold, (fitted, low_db, high_db) in intervals.items()
        )
        chance = (
            f"median behind a leg {residual.behind_db:.1f} dB; its standard deviation with the "
            f"legs turned to other azimuths is {residual.turned_std_db:.1f} dB"
        )
        note = f"{chance}\nΥ by equation 8 (90 % interval): {text}"
        handles, texts = axes.get_legend_handles_labels()
        look.legend_below(figure, handles, texts, note)
    return figure
