"""Figure 4(a): the clusters of a flight."""

from __future__ import annotations

import numpy as np
from matplotlib import rc_context
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from scipy.interpolate import NearestNDInterpolator

from rfsl.features.clustering import Clusters
from rfsl.figures.data_kinds import data_statement
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE

_GRID_M = 2.0
_MARGIN_M = 12.0
#: Height of the map in points, narrow and wide.
_HEIGHT_PT = (205.0, 330.0)


def cluster_map(
    clusters: Clusters, trial: str, kind: str, source_xy_m: tuple[float, float], look: Look
) -> Figure:
    """Map of a flight's samples coloured by RSS, with the selected samples circled.

    Lines mark the boundaries of the cells. The cells partition x, y and RSS; on the map, a place
    belongs to the cell of the nearest flown sample. The cells are numbered from the strongest on.

    Args:
        trial: its display name.
        kind: kind of the trial, for the statement on the picture.
        source_xy_m: true position, east and north in the local frame.
        look: width and title.
    """
    x_m, y_m = clusters.xy_m.T
    grid_x = np.arange(x_m.min() - _MARGIN_M, x_m.max() + _MARGIN_M, _GRID_M)
    grid_y = np.arange(y_m.min() - _MARGIN_M, y_m.max() + _MARGIN_M, _GRID_M)
    cell = NearestNDInterpolator(clusters.xy_m, clusters.labels)(*np.meshgrid(grid_x, grid_y))
    scale = Normalize(*np.quantile(clusters.smooth_db, [0.01, 0.99]))
    with rc_context(STYLE):
        figure = look.figure(_HEIGHT_PT[look.wide])
        axes = figure.add_subplot()
        axes.grid(False)
        for number in range(len(clusters.table)):
            axes.contour(
                grid_x, grid_y, cell == number, levels=[0.5], colors="0.55", linewidths=0.5
            )
        color = clusters.smooth_db
        axes.scatter(x_m, y_m, c=color, cmap="viridis", norm=scale, s=2.0, linewidths=0)
        chosen = clusters.selected
        axes.scatter(
            x_m[chosen],
            y_m[chosen],
            s=9.0,
            facecolors="none",
            edgecolors="#D55E00",
            linewidths=0.35,
            label="selected samples",
        )
        for number, (_, place_x_m, place_y_m) in enumerate(clusters.table, start=1):
            axes.annotate(
                str(number),
                (place_x_m, place_y_m),
                ha="center",
                va="center",
                fontsize=6.0,
                bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "linewidth": 0.4},
            )
        axes.plot(*source_xy_m, "*", color=COLORS[5], markersize=11, label="source", zorder=5)
        axes.set_aspect("equal")
        axes.set_xlabel("east (m)")
        axes.set_ylabel("north (m)")
        look.title(figure, f"{len(clusters.table)} clusters of {trial}, {data_statement([kind])}")
        bar = figure.colorbar(ScalarMappable(scale, "viridis"), ax=axes, fraction=0.04, pad=0.02)
        bar.set_label("smoothed RSS (dB, unknown constant)")
        look.legend_below(figure, *axes.get_legend_handles_labels())
    return figure
