"""How each key of a representation changes the error, in simulation and on the trials."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure, SubFigure

from rfsl.figures.data_kinds import data_statement
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE

#: An error more than this many times the configured value's is written at the top, not drawn.
_LARGEST = 3.0
#: Width of a value on the axis, and of the axis on the left, in points.
_VALUE_PT, _AXIS_PT = 27.0, 45.0
_ROWS = (("validation", COLORS[0]), ("trial", COLORS[5]))


def ablation_panels(table: pd.DataFrame, label: str, look: Look) -> Figure:
    """2D error for each value of each key: mean and standard deviation over the seeds.

    Each key has a column of panels. Its upper panel shows the error on simulated validation
    sources, the lower one the error on the trials, both in metres. Columns that do not fit beside
    each other get rows of their own.

    Args:
        table: as `rfsl.evaluation.tables.ablation.ablation_table` makes it.
        label: label of the mode whose settings are changed.
        look: width and title.
    """
    keys = list(dict.fromkeys(table["key"]))
    room_pt = look.width_pt - _AXIS_PT
    lines: list[list[str]] = [[]]
    for key in keys:
        together = [*lines[-1], key]
        values = int(table["key"].isin(together).sum()) + len(together)
        if lines[-1] and _VALUE_PT * values > room_pt:
            lines.append([])
        lines[-1].append(key)
    with rc_context(STYLE):
        figure = look.figure(210.0 * len(lines))
        blocks = figure.subfigures(len(lines), 1, squeeze=False)[:, 0]
        for block, line in zip(blocks, lines, strict=True):
            _draw_line(block, table, line)
        look.title(figure, f"{label}: one setting changed at a time (filled: as configured)")
    return figure


def _draw_line(figure: SubFigure, table: pd.DataFrame, keys: Sequence[str]) -> None:
    counts = [int((table["key"] == key).sum()) + 1 for key in keys]
    titles = ("simulated\nvalidation error (m)", f"error (m),\n{data_statement(table['kind'])}")
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
        panels[1, column].set_xticks(x, values, fontsize=6.0)
        panels[1, column].set_xlabel(key.replace("_", " "), fontsize=7.0)
    for axes, title in zip(panels[:, 0], titles, strict=True):
        axes.set_ylabel(title, fontsize=7.0)
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
