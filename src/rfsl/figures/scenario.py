"""Figure 1: the areas, the tracks and the sources."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rfsl.figures.data_kinds import data_statement
from rfsl.figures.palette import COLORS, FLIGHT_AREA, SOURCE, SOURCE_AREA
from rfsl.figures.style import STYLE
from rfsl.flights.files import FlightFile
from rfsl.geometry.frames import Box
from rfsl.geometry.trajectories import Trajectory

_SCALE_BAR_M = 100.0


def scenario_map(
    flight_area: Box, source_area: Box, trajectory: Trajectory, flights: Sequence[FlightFile]
) -> Figure:
    """Map of the two areas, the simulated trajectory, the flown tracks and the sources, north up.

    Axes are metres east and north of the local frame's origin. Tracks of one flight over several
    locations share a colour.
    """
    with rc_context(STYLE):
        figure = Figure(figsize=(4.6, 4.3))
        axes = figure.add_subplot()
        for box, color, label in (
            (flight_area, FLIGHT_AREA, "flight area"),
            (source_area, SOURCE_AREA, "source area"),
        ):
            corner = (box.west_m, box.south_m)
            size = (box.east_m - box.west_m, box.north_m - box.south_m)
            axes.add_patch(
                Rectangle(corner, *size, color=color, alpha=0.12, linewidth=0, label=label)
            )
            axes.add_patch(Rectangle(corner, *size, fill=False, color=color, linewidth=0.8))
        names = list(dict.fromkeys(item.flight_name for item in flights))
        shown: set[str] = set()
        for item in flights:
            color = COLORS[(1 + names.index(item.flight_name)) % len(COLORS)]
            name = None if item.flight_name in shown else f"flight {item.flight_name}"
            shown.add(item.flight_name)
            x_m, y_m = item.flight.position_m[:, :2].T
            axes.plot(x_m, y_m, color=color, linewidth=0.7, alpha=0.8, label=name)
        x_m, y_m = trajectory.position_m[:, :2].T
        axes.plot(x_m, y_m, "k--", linewidth=0.8, label="simulated spiral")
        for location, item in {item.location: item for item in flights}.items():
            axes.plot(*item.source_m[:2], "*", color=SOURCE, markersize=10, zorder=6)
            axes.annotate(
                location.replace("_", " "),
                item.source_m[:2],
                xytext=(6, 5),
                textcoords="offset points",
                fontsize=7,
                bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.8},
            )
        axes.set_aspect("equal")
        axes.grid(False)
        axes.autoscale_view()
        axes.margins(0.04)
        west = min(flight_area.west_m, source_area.west_m)
        south = min(flight_area.south_m, source_area.south_m)
        axes.plot([west, west + _SCALE_BAR_M], [south - 22.0] * 2, "k-", linewidth=2.0)
        axes.text(west + _SCALE_BAR_M / 2, south - 19.0, "100 m", ha="center", va="bottom")
        north = max(flight_area.north_m, source_area.north_m)
        axes.annotate(
            "N",
            (west + 12.0, north - 8.0),
            xytext=(west + 12.0, north - 48.0),
            ha="center",
            arrowprops={"arrowstyle": "-|>", "color": "black"},
        )
        axes.set_xlabel("east (m)")
        axes.set_ylabel("north (m)")
        axes.set_title(f"Scenario, {data_statement([i.kind for i in flights])}", loc="left")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
        heights = np.array([np.median(item.flight.position_m[:, 2]) for item in flights])
        axes.text(
            0.99,
            0.01,
            f"median heights {heights.min():.0f} to {heights.max():.0f} m",
            transform=axes.transAxes,
            ha="right",
            fontsize=6.5,
        )
    return figure
