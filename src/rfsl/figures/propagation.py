"""Figure 5, and the residual behind the landing legs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.config.propagation import LegSettings
from rfsl.evaluation.tables.leg_residual import LegResidual
from rfsl.evaluation.tables.propagation import CLAIMED_WITHIN_DB
from rfsl.figures.data_kinds import data_statement
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE

#: A propagation model has the same colour everywhere.
MODEL_COLORS = dict(
    zip(("enhanced_two_ray", "two_ray", "free_space", "calibrated"), COLORS, strict=False)
)
_BIN_DEG = 10.0


def error_cdf(errors: pd.DataFrame, kinds: Sequence[str]) -> Figure:
    """CDF of the absolute error (dB) of each propagation model, a panel per location (Figure 5).

    Args:
        errors: as `rfsl.evaluation.tables.propagation.read_propagation_errors` makes it.
        kinds: kind of each trial, for the statement on the picture.
    """
    locations = sorted(set(errors["location"]))
    with rc_context(STYLE):
        figure = Figure(figsize=(2.4 * len(locations) + 0.6, 2.6))
        panels = figure.subplots(1, len(locations), sharey=True, squeeze=False)[0]
        for axes, location in zip(panels, locations, strict=True):
            here = errors[errors["location"] == location]
            for model, part in here.groupby("model", sort=False):
                size_db = np.sort(part["error_db"].abs())
                share = np.arange(1, size_db.size + 1) / size_db.size
                axes.plot(
                    size_db,
                    share,
                    color=MODEL_COLORS.get(str(model), "black"),
                    label=str(model).replace("_", " "),
                    linewidth=1.2,
                )
            axes.axhline(0.9, color="0.6", linewidth=0.7, linestyle=":")
            axes.axvline(CLAIMED_WITHIN_DB, color="0.6", linewidth=0.7, linestyle=":")
            axes.set_xlim(0, 45)
            axes.set_ylim(0, 1)
            trials = ", ".join(dict.fromkeys(here["trial"]))
            axes.set_title(f"{location}\n{trials}", fontsize=6.5)
            axes.set_xlabel("absolute error (dB)")
        panels[0].set_ylabel("share of locked samples")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            loc="upper center",
            bbox_to_anchor=(0.5, -0.03),
            ncols=len(labels),
            frameon=False,
            title="dotted: 90 %, and the 22 dB that the paper states for enhanced two-ray",
            title_fontsize=7.0,
        )
        figure.suptitle(
            f"Measured against predicted RSS, {data_statement(kinds)}", fontsize=8.5, y=1.04
        )
    return figure


def leg_residuals(
    residual: LegResidual,
    legs: LegSettings,
    intervals: Mapping[str, tuple[float, float, float]],
    kinds: Sequence[str],
) -> Figure:
    """Residual of two-ray (dB) near the horizontal against body azimuth, with the legs marked.

    Args:
        intervals: for each fold, the fitted Υ (dB) and the bounds of its 90 % interval.
        kinds: kind of each trial, for the statement on the picture.
    """
    number = (residual.azimuth_deg // _BIN_DEG).astype(int)
    quartiles = (
        pd.Series(residual.residual_db)
        .groupby(number)
        .quantile(np.array([0.25, 0.5, 0.75]))
        .unstack()
    )
    with rc_context(STYLE):
        figure = Figure(figsize=(5.4, 2.7))
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
        axes.set_xlabel("body azimuth of the source (°), right 0, nose 90, left 180, tail 270")
        axes.set_ylabel("measured - two-ray (dB)")
        axes.set_title(
            f"Residual within {legs.maximum_elevation_deg:g}° of the horizontal, "
            f"{data_statement(kinds)}",
            loc="left",
        )
        text = "; ".join(
            f"without {fold}: {fitted:.1f} dB ({low_db:.1f} to {high_db:.1f})"
            for fold, (fitted, low_db, high_db) in intervals.items()
        )
        chance = (
            f"median behind a leg {residual.behind_db:.1f} dB; its standard deviation with the "
            f"legs turned to other azimuths is {residual.turned_std_db:.1f} dB"
        )
        axes.legend(
            loc="upper center",
            bbox_to_anchor=(0.5, -0.2),
            ncols=2,
            frameon=False,
            title=f"{chance}\nΥ by equation 8 (90 % interval)\n{text}",
            title_fontsize=6.0,
        )
    return figure
