"""Time and memory of each stage."""

from __future__ import annotations

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE


def cost_bars(table: pd.DataFrame, look: Look) -> Figure:
    """Bars for each stage: the total time of its jobs (s) and the memory of its largest job (MB).

    Args:
        table: as `rfsl.evaluation.tables.cost.cost_table` makes it.
        look: width and title.
    """
    with rc_context(STYLE):
        figure = look.figure(60.0 + 13.0 * len(table))
        axes = figure.subplots(1, 2, sharey=True)
        columns = (
            ("wall_s", "time of\nall jobs (s)"),
            ("memory_mb", "memory of the\nlargest job (MB)"),
        )
        labels = [f"{row.stage} ({row.jobs})" for row in table.itertuples()]
        for place, (column, label), color in zip(axes, columns, COLORS, strict=False):
            place.barh(range(len(table)), table[column], color=color)
            place.set_xlabel(label)
            place.grid(visible=True, axis="x")
            place.grid(visible=False, axis="y")
        axes[0].set_yticks(range(len(table)), labels, fontsize=6.5)
        axes[0].invert_yaxis()
        minutes = table["wall_s"].sum() / 60.0
        look.title(figure, f"{table['jobs'].sum()} jobs, {minutes:.1f} minutes of job time")
    return figure
