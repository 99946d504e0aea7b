"""Time and memory of each stage."""

from __future__ import annotations

import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE


def cost_bars(table: pd.DataFrame) -> Figure:
    """Bars for each stage: the total time of its jobs (s) and the memory of its largest job (MB).

    Args:
        table: as `rfsl.evaluation.tables.cost.cost_table` makes it.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(6.5, 0.8 + 0.24 * len(table)), layout="constrained")
        axes = figure.subplots(1, 2, sharey=True)
        columns = (
            ("wall_s", "time of all jobs (s)"),
            ("memory_mb", "memory of the largest job (MB)"),
        )
        labels = [f"{row.stage} ({row.jobs})" for row in table.itertuples()]
        for place, (column, label), color in zip(axes, columns, COLORS, strict=False):
            place.barh(range(len(table)), table[column], color=color)
            place.set_xlabel(label)
            place.grid(visible=True, axis="x")
            place.grid(visible=False, axis="y")
        axes[0].set_yticks(range(len(table)), labels)
        axes[0].invert_yaxis()
        figure.suptitle(
            f"{table['jobs'].sum()} jobs, {table['wall_s'].sum() / 60.0:.1f} minutes of job time",
            fontsize=8.5,
        )
    return figure
