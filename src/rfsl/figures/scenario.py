"""Figure 1: the areas and the sources on a map, and the track of each flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from rfsl.figures.data_kinds import data_statement, shown_locations
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS, FLIGHT_AREA, SOURCE, SOURCE_AREA, outline
from rfsl.figures.style import STYLE
from rfsl.flights.files import FlightFile
from rfsl.geometry.frames import Box
from rfsl.geometry.trajectories import Trajectory

_SCALE_BAR_M = 100.0
#: Height of the map, and of a row of tracks, in points.
_MAP_PT, _ROW_PT = 230.0, 92.0
#: Tracks beside each other, narrow and wide.
_COLUMNS = 3


def scenario_map(
    flight_area: Box,
    source_area: Box,
    trajectory: Trajectory,
    flights: Sequence[FlightFile],
    look: Look,
    names: Mapping[str, str],
) -> Figure:
    """Map of the two areas, the simulated trajectory and the sources, and a small map of each
    flight's tracks; north is up.

    Axes are metres east and north of the local frame's origin. A flight over several locations has
    one small map with all its tracks.

    Args:
        flight_area, source_area: the areas, in the local frame.
        trajectory: the simulated one.
        flights: the trials' flights.
        look: width and title.
        names: display name of each flight.
    """
    flown = list(dict.fromkeys(item.flight_name for item in flights))
    columns = min(_COLUMNS, len(flown))
    rows = -(-len(flown) // columns)
    with rc_context(STYLE):
        figure = look.figure(_MAP_PT if look.wide else _MAP_PT + _ROW_PT * rows + 8.0)
        if look.wide:
            parts = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.0, 0.45 * columns))
        else:
            below_pt = _ROW_PT * rows + 8.0
            parts = figure.subfigures(2, 1, squeeze=False, height_ratios=(_MAP_PT, below_pt))
        left, right = parts.flat
        axes = left.add_subplot()
        _draw_areas(axes, flight_area, source_area)
        x_m, y_m = trajectory.position_m[:, :2].T
        axes.plot(x_m, y_m, "k--", linewidth=0.8, label="simulated spiral")
        _draw_sources(axes, flights)
        _draw_scale_and_north(axes, flight_area, source_area)
        axes.set_xlabel("east (m)")
        axes.set_ylabel("north (m)")
        _draw_tracks(right, (rows, columns), flight_area, source_area, flights, names)
        look.title(figure, f"Scenario, {data_statement([item.kind for item in flights])}")
        look.legend_below(figure, *axes.get_legend_handles_labels())
    return figure


def _draw_areas(axes: Axes, flight_area: Box, source_area: Box) -> None:
    for box, color, label in (
        (flight_area, FLIGHT_AREA, "flight area"),
        (source_area, SOURCE_AREA, "source area"),
    ):
        corner = (box.west_m, box.south_m)
        size = (box.east_m - box.west_m, box.north_m - box.south_m)
        axes.add_patch(Rectangle(corner, *size, color=color, alpha=0.12, linewidth=0, label=label))
        axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linewidth=0.8))
    axes.set_aspect("equal")
    axes.grid(False)
    axes.autoscale_view()
    axes.margins(0.04)


def _draw_sources(axes: Axes, flights: Sequence[FlightFile]) -> None:
    for location, item in {item.location: item for item in flights}.items():
        axes.plot(*item.source_m[:2], "*", color=SOURCE, markersize=10, zorder=6)
        axes.annotate(
            shown_locations(location),
            item.source_m[:2],
            xytext=(6, 5),
            textcoords="offset points",
            fontsize=7,
            bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.8},
            zorder=7,
        )


def _draw_scale_and_north(axes: Axes, flight_area: Box, source_area: Box) -> None:
    west = min(flight_area.west_m, source_area.west_m)
    south = min(flight_area.south_m, source_area.south_m)
    axes.plot([west, west + _SCALE_BAR_M], [south - 30.0] * 2, "k-", linewidth=2.0)
    axes.annotate(
        f"{_SCALE_BAR_M:g} m",
        (west + _SCALE_BAR_M, south - 30.0),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=7,
    )
    axes.annotate(
        "N",
        (0.05, 0.99),
        xytext=(0.05, 0.86),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=7,
        arrowprops={"arrowstyle": "-|>", "color": "black"},
    )


def _draw_tracks(
    figure: SubFigure,
    shape: tuple[int, int],
    flight_area: Box,
    source_area: Box,
    flights: Sequence[FlightFile],
    names: Mapping[str, str],
) -> None:
    """A small map for each flight, with its name, its number of tracks and its height."""
    panels = figure.subplots(*shape, sharex=True, sharey=True, squeeze=False).flat
    flown = list(dict.fromkeys(item.flight_name for item in flights))
    for number, (axes, name) in enumerate(zip(panels, flown, strict=False)):
        _draw_areas(axes, flight_area, source_area)
        tracks = [item for item in flights if item.flight_name == name]
        color = outline(COLORS[number % len(COLORS)])
        for item in tracks:
            axes.plot(*item.flight.position_m[:, :2].T, color=color, linewidth=0.6, alpha=0.8)
            axes.plot(*item.source_m[:2], "*", color=SOURCE, markersize=4, zorder=6)
        height_m = np.median(np.concatenate([item.flight.position_m[:, 2] for item in tracks]))
        times = f", {len(tracks)} times" if len(tracks) > 1 else ""
        shown = names.get(name, name)
        shown = f"flight {name}" if shown == name else shown
        axes.set_title(f"{shown}{times}\nat {height_m:.0f} m", fontsize=6.5)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    for axes in list(panels):
        axes.set_visible(False)
