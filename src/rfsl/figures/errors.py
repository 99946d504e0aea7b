"""Bars of the localization error, as in Figure 6 of the paper."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.figures.style import COLORS, STYLE, data_statement


def error_bars(summary: pd.DataFrame) -> Figure:
    """2D error per trial and mean, a bar per mode, with the spread over seeds (Figure 6a).

    Args:
        summary: table of `rfsl.evaluation.summary.summarize`; groups and bars keep its order.

    Returns:
        A figure of two-column width, wider for more than five groups. Published values are
        diamonds; a trial that is not usable has a note in place of its bar.
    """
    trials = list(dict.fromkeys(summary["trial"]))
    modes = list(dict.fromkeys(summary["mode"]))
    width = 0.8 / len(modes)
    with rc_context(STYLE):
        figure = Figure(figsize=(max(5.4, 1.0 * len(trials)), 2.9))  # room for each label
        axes = figure.add_subplot()
        marked = False
        for column, mode in enumerate(modes):
            rows = summary[summary["mode"] == mode].set_index("trial").loc[trials]
            x = np.arange(len(trials)) + (column - (len(modes) - 1) / 2) * width
            mean_m, std_m = rows["mean_error_m"].to_numpy(), rows["std_error_m"].to_numpy()
            axes.bar(
                x,
                np.nan_to_num(mean_m),
                0.92 * width,
                yerr=np.nan_to_num(std_m),
                color=COLORS[column % len(COLORS)],
                error_kw={"elinewidth": 0.8, "capsize": 2.0},
                label=rows["label"].iloc[0],
            )
            for place, value, spread in zip(x, mean_m, np.nan_to_num(std_m), strict=True):
                text = "not usable" if np.isnan(value) else f"{value:.1f}"
                axes.annotate(
                    text,
                    (place, 0.0 if np.isnan(value) else value + spread),
                    xytext=(0, 2),
                    textcoords="offset points",
                    ha="center",
                    va="bottom",
                    fontsize=6.5,
                    rotation=90 if np.isnan(value) else 0,
                )
            published_m = rows["published_error_m"].to_numpy()
            known = ~np.isnan(published_m)
            if known.any():
                axes.plot(
                    x[known],
                    published_m[known],
                    "D",
                    color="black",
                    markerfacecolor="white",
                    markersize=4.5,
                    zorder=5,
                    label=None if marked else "published (real flights)",
                )
                marked = True
        axes.set_xticks(np.arange(len(trials)), [_trial_label(summary, t) for t in trials])
        axes.set_ylabel("2D localization error (m)")
        axes.set_ylim(bottom=0.0)
        axes.margins(y=0.12)
        axes.set_title(f"Localization error, {data_statement(summary['kind'])}", loc="left")
        seeds = int(summary["seeds"].max())
        handles, labels = axes.get_legend_handles_labels()
        order = sorted(range(len(labels)), key=lambda i: labels[i].startswith("published"))
        axes.legend(
            [handles[i] for i in order],
            [labels[i] for i in order],
            loc="upper center",
            bbox_to_anchor=(0.5, -0.17),
            ncols=2,
            frameon=False,
            title=f"mean and standard deviation over {seeds} training seeds",
            title_fontsize=7.0,
        )
    return figure


def _trial_label(summary: pd.DataFrame, trial: str) -> str:
    if trial == "mean":
        return "mean"
    location = summary.loc[summary["trial"] == trial, "location"].iloc[0]
    return f"{trial}\n({location})"
