"""How each key of a representation changes the error, in simulation and on the trials."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.figures.data_kinds import data_statement
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE

#: An error more than this many times the configured value's is written at the top, not drawn.
_LARGEST = 3.0
_ROWS = (("validation", COLORS[0]), ("trial", COLORS[5]))


def ablation_panels(table: pd.DataFrame, label: str) -> Figure:
    """2D error for each value of each key: mean and standard deviation over the seeds.

    Each key has a column of panels. The upper row shows the error on simulated validation sources,
    the lower row the error on the trials. Both rows are in metres.

    Args:
        table: as `rfsl.evaluation.tables.ablation.ablation_table` makes it.
        label: label of the mode whose settings are changed.
    """
    keys = list(dict.fromkeys(table["key"]))
    counts = [int((table["key"] == key).sum()) for key in keys]
    titles = ("simulated\nvalidation error (m)", f"error (m),\n{data_statement(table['kind'])}")
    with rc_context(STYLE):
        figure = Figure(figsize=(max(5.4, 0.42 * sum(counts) + 0.5 * len(keys)), 3.6))
        panels = figure.subplots(
            2, len(keys), sharex="col", sharey="row", width_ratios=counts, squeeze=False
        )
        for column, key in enumerate(keys):
            rows = table[table["key"] == key]
            x = np.arange(len(rows))
            base = rows["base"].to_numpy(bool)
            for axes, (name, color) in zip(panels[:, column], _ROWS, strict=True):
                mean_m = rows[f"{name}_error_m"].to_numpy()
                spread_m = np.nan_to_num(rows[f"{name}_std_m"].to_numpy())
                axes.errorbar(x, mean_m, spread_m, fmt="none", ecolor=color, capsize=2.0)
                axes.scatter(x, mean_m, s=22, facecolors="white", edgecolors=color, zorder=3)
                axes.scatter(x[base], mean_m[base], s=22, color=color, zorder=4)
                axes.set_xlim(-0.6, len(rows) - 0.4)
            values = [str(value).replace("_", "\n") for value in rows["value"]]
            panels[1, column].set_xticks(x, values, fontsize=6.5)
            panels[1, column].set_xlabel(key)
        for axes, title in zip(panels[:, 0], titles, strict=True):
            axes.set_ylabel(title)
        for (name, _), row in zip(_ROWS, panels, strict=True):
            ends_m = table[f"{name}_error_m"] + table[f"{name}_std_m"].fillna(0.0)
            base_m = float(ends_m[table["base"]].max())
            top_m = 1.08 * min(float(ends_m.max()), _LARGEST * base_m)
            row[0].set_ylim(0.0, top_m)
            for key, axes in zip(keys, row, strict=True):
                values_m = table.loc[table["key"] == key, f"{name}_error_m"]
                for place, value_m in enumerate(values_m):
                    if value_m > top_m:
                        axes.annotate(f"{value_m:.0f} ↑", (place, 0.93 * top_m), ha="center")
        panels[0, 0].set_title(
            f"{label}: one setting changed at a time (filled: as configured)", loc="left"
        )
        figure.align_xlabels(panels[1])
        figure.subplots_adjust(wspace=0.12, hspace=0.12)
    return figure
