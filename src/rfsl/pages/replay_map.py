"""The page of a replayed flight: a map with a slider over the time of flight."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import shapely

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.figures.data_kinds import data_statement
from rfsl.figures.palette import FLIGHT_AREA, REGIONS, SOURCE, SOURCE_AREA
from rfsl.figures.track import TrackPieces
from rfsl.flights.files import FlightFile
from rfsl.flights.lock import held_samples
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.localizers.coverage import SHARES
from rfsl.localizers.regions import rings_m
from rfsl.pages.page import LAYOUT, Page
from rfsl.pages.replay import Moment

_HEIGHT_PX = 820
#: Duration of one step of the play button.
_STEP_MS = 700
#: Letters in a line of the text above the map.
_COLUMNS = 105
_BAD = "#A01C00"


def replay_page(
    item: FlightFile,
    moments: Sequence[Moment],
    mode: Mapping[str, Any],
    scenario: ScenarioSettings,
    settings: FlightSettings,
) -> Page:
    """The page of one flight.

    Args:
        item: the flight and its true source.
        moments: as `replay` makes them, one for each step of the slider.
        mode: what the page says of the estimator: its `mode`, its `label`, and the file of its
            `calibration`, or None.
        scenario: areas and local frame.
        settings: says which samples hold the signal; only these are coloured.
    """
    told = f"{mode['label']} (mode {mode['mode']})"
    calibration = (
        f"calibrated without the flights at {item.location} ({mode['calibration']})"
        if mode["calibration"]
        else "no calibration"
    )
    statements = [
        f"Data: {data_statement([item.kind])}; trial {item.trial}, flight "
        f"{item.flight_name}, source at {item.location}. Estimates by {told}, {calibration}.",
        "Move the slider or press play: each step shows the estimate from the flight up to that "
        "time. The coloured regions are the smallest that hold the source with 50 % and 90 % "
        "probability, as the estimator computes it. Click an entry of the legend to hide it.",
    ]
    columns = ["time of flight", "error (m)", "expected error (m)"]
    columns += [*(f"{100 * share:.0f} % region (m²)" for share in SHARES), "note"]
    return Page(
        title=f"{item.trial}: the estimate of the source during the flight",
        statements=statements,
        figure=replay_figure(item, moments, scenario, settings),
        columns=columns,
        rows=[_row(moment) for moment in moments],
    )


def replay_figure(
    item: FlightFile,
    moments: Sequence[Moment],
    scenario: ScenarioSettings,
    settings: FlightSettings,
) -> go.Figure:
    """The map, with one frame for each moment; a frame has its time as name (minutes:seconds).

    Args:
        item, moments, scenario, settings: see `replay_page`.
    """
    used = held_samples(item.flight, settings)
    if all(moment.attempt.estimate is None for moment in moments):
        used = np.zeros_like(used)  # without an estimate, no power counts as the source's
    pieces = TrackPieces.of(item.flight, used)
    frame = LocalFrame.of(scenario)
    areas = {
        "flight area": Box.of(scenario.flight_area, frame),
        "source area": Box.of(scenario.source_area, frame),
    }
    still = _still(item, pieces, areas)
    moving = [_moving(item, pieces, moment) for moment in moments]
    places = list(range(len(still), len(still) + len(moving[0])))
    frames = [
        go.Frame(
            name=_clock(moment.time_s),
            data=traces,
            traces=places,
            layout={"annotations": [_status(moment)]},
        )
        for moment, traces in zip(moments, moving, strict=True)
    ]
    last = len(moments) - 1
    figure = go.Figure(data=[*still, *moving[last]], frames=frames)
    figure.update_layout(**LAYOUT, **_controls(moments), annotations=[_status(moments[last])])
    west_m, south_m, east_m, north_m = _bounds(item, areas)
    grid = {"showgrid": False, "zeroline": False, "showline": True, "linecolor": "#999"}
    figure.update_xaxes(title="east (m)", range=[west_m, east_m], ticks="outside", **grid)
    figure.update_yaxes(
        title="north (m)", range=[south_m, north_m], scaleanchor="x", ticks="outside", **grid
    )
    return figure


def _still(item: FlightFile, pieces: TrackPieces, areas: Mapping[str, Box]) -> list[go.Scatter]:
    """Traces that are the same at every time: the areas, the whole track, the true source."""
    colors = {"flight area": FLIGHT_AREA, "source area": SOURCE_AREA}
    drawn = []
    for name, box in areas.items():
        shape_m = shapely.box(box.west_m, box.south_m, box.east_m, box.north_m)
        drawn.append(_polygons([shape_m], name, colors[name], fill="none", width_px=1.5))
    x_m, y_m = _coordinates([np.vstack([pieces.xy_m, pieces.end_m])])
    texts = [
        f"{_clock(time_s)}, RSS {rss_db:.1f} dB"
        if np.isfinite(rss_db)
        else f"{_clock(time_s)}, RSS not used"
        for time_s, rss_db in zip(pieces.time_s, pieces.rss_db, strict=True)
    ]
    drawn.append(
        go.Scatter(
            x=x_m,
            y=y_m,
            mode="lines",
            name="whole track",
            line={"color": "#B5B5B5", "width": 1},
            text=[*texts, f"{_clock(item.flight.time_s[-1])}, end"],
            hovertemplate="%{text}<br>%{x:.0f} m east, %{y:.0f} m north<extra></extra>",
        )
    )
    drawn.append(_mark(item.source_m[:2], "true source", "star", SOURCE, 17, "white"))
    return drawn


def _moving(item: FlightFile, pieces: TrackPieces, moment: Moment) -> list[go.Scatter]:
    """Traces of a frame: regions, the track so far, the UAV, the estimate and its error."""
    by_share = {region.share: region for region in moment.regions}
    drawn = []
    for share, color in reversed(list(zip(SHARES, REGIONS, strict=True))):
        shapes = [by_share[share].shape_m] if share in by_share else []
        drawn.append(_polygons(shapes, f"{100 * share:.0f} % region", color, width_px=2))
    estimate = moment.attempt.estimate
    place_m = None if estimate is None else estimate.position_m
    line_m = [] if place_m is None else [np.array([place_m, item.source_m[:2]])]
    x_m, y_m = _coordinates(line_m)
    error = go.Scatter(
        x=x_m,
        y=y_m,
        mode="lines",
        name="error",
        line={"color": "black", "width": 1.2, "dash": "dot"},
        hoverinfo="skip",
    )
    return [
        *drawn,
        _flown(pieces, moment.time_s),
        error,
        _mark(place_m, "estimate", "x", "black", 13, "white"),
        _mark(moment.uav_m, "UAV", "circle", "white", 13, "black"),
    ]


def _flown(pieces: TrackPieces, time_s: float) -> go.Scatter:
    """The track up to a time, coloured by RSS on one scale for all times."""
    shown = (pieces.time_s < time_s) & np.isfinite(pieces.rss_db)
    x_m, y_m = _coordinates([pieces.xy_m[shown]])
    every_db = pieces.rss_db[np.isfinite(pieces.rss_db)]
    low_db, high_db = (every_db.min(), every_db.max()) if every_db.size else (0.0, 1.0)
    return go.Scatter(
        x=x_m,
        y=y_m,
        mode="markers",
        name="flown so far, by RSS",
        hoverinfo="skip",
        marker={
            "size": 5,
            "color": [*np.round(pieces.rss_db[shown], 1).tolist(), float(low_db)],  # of the gap
            "colorscale": "Viridis",
            "cmin": float(np.floor(low_db)),
            "cmax": float(np.ceil(high_db)),
            "showscale": bool(every_db.size),
            "colorbar": {
                "title": {"text": "RSS (dB, level unknown)", "side": "right"},
                "len": 0.6,
                "y": 0.0,
                "yanchor": "bottom",
                "thickness": 14,
            },
        },
    )


def _polygons(
    shapes_m: Sequence[shapely.Geometry],
    name: str,
    color: str,
    *,
    width_px: float,
    fill: str = "toself",
) -> go.Scatter:
    """Polygons and their holes as one trace; without polygons an empty one, as frames need it."""
    x_m, y_m = _coordinates([ring_m for shape_m in shapes_m for ring_m in rings_m(shape_m)])
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return go.Scatter(
        x=x_m,
        y=y_m,
        mode="lines",
        name=name,
        fill=fill,
        fillcolor=f"rgba({red}, {green}, {blue}, 0.3)",
        line={"color": color, "width": width_px},
        hoverinfo="skip",
    )


def _mark(
    place_m: Sequence[float] | FloatArray | None,
    name: str,
    symbol: str,
    color: str,
    size_px: int,
    edge: str,
) -> go.Scatter:
    x_m, y_m = _coordinates([] if place_m is None else [np.array([place_m])])
    return go.Scatter(
        x=x_m,
        y=y_m,
        mode="markers",
        name=name,
        marker={
            "symbol": symbol,
            "color": color,
            "size": size_px,
            "line": {"color": edge, "width": 1.5},
        },
        hovertemplate=f"{name}<br>%{{x:.1f}} m east, %{{y:.1f}} m north<extra></extra>",
    )


def _coordinates(lines_m: Sequence[FloatArray]) -> tuple[list[float | None], list[float | None]]:
    """East and north of lines (V, 2), rounded to 0.1 m, with a gap after each line.

    Without a line the result is one gap: a trace without points would vanish from the legend.
    """
    values: tuple[list[float | None], list[float | None]] = ([], [])
    for line_m in lines_m or [np.empty((0, 2))]:
        for axis, column in zip(values, np.round(line_m, 1).T, strict=True):
            axis += [*column.tolist(), None]
    return values


def _controls(moments: Sequence[Moment]) -> dict[str, Any]:
    """Layout of the slider, the play button and the legend."""
    now = {"frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    playing = {"frame": {"duration": _STEP_MS, "redraw": True}, "transition": {"duration": 0}}
    names = [_clock(moment.time_s) for moment in moments]
    play = {
        "label": "▶ play",
        "method": "animate",
        "args": [names, playing | {"mode": "immediate"}],
    }
    pause = {
        "label": "❚❚ stop",
        "method": "animate",
        "args": [[None], now | {"mode": "immediate"}],
    }
    steps = [
        {"label": name, "method": "animate", "args": [[name], now | {"mode": "immediate"}]}
        for name in names
    ]
    return {
        "height": _HEIGHT_PX,
        "margin": {"l": 70, "r": 30, "t": 80, "b": 130},
        "legend": {"x": 1.02, "y": 1.0, "yanchor": "top"},
        "updatemenus": [
            {
                "type": "buttons",
                "direction": "left",
                "showactive": False,
                "buttons": [play, pause],
                "x": 0.0,
                "xanchor": "left",
                "y": -0.13,
                "yanchor": "top",
                "pad": {"t": 12},
            }
        ],
        "sliders": [
            {
                "active": len(moments) - 1,
                "steps": steps,
                "x": 0.2,
                "len": 0.8,
                "y": -0.1,
                "yanchor": "top",
                "pad": {"t": 8, "b": 5},
                "currentvalue": {"prefix": "time of flight (min:s): "},
            }
        ],
    }


def _status(moment: Moment) -> dict[str, Any]:
    """The text above the map: what is known at a time."""
    known = moment.attempt.estimate is not None
    lines = textwrap.wrap(_words(moment), _COLUMNS)
    return {
        "text": "<br>".join(lines),
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0.0,
        "y": 1.02,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "font": {"size": 14, "color": "#111" if known and not moment.attempt.reason else _BAD},
    }


def _words(moment: Moment) -> str:
    clock = _clock(moment.time_s)
    if moment.attempt.estimate is None:
        return f"After {clock}: no estimate, {moment.attempt.reason}"
    text = f"After {clock}: error {moment.error_m:.0f} m"
    if moment.regions:
        text += f", expected error {moment.expected_error_m:.0f} m"
        text += "".join(
            f", {100 * region.share:.0f} % region {region.area_m2:,.0f} m²"
            for region in moment.regions
        )
    return f"{text}; {moment.attempt.reason}" if moment.attempt.reason else text


def _row(moment: Moment) -> list[str]:
    numbers = [moment.error_m, moment.expected_error_m]
    areas = {region.share: f"{region.area_m2:,.0f}" for region in moment.regions}
    return [
        _clock(moment.time_s),
        *(f"{value:.1f}" if np.isfinite(value) else "–" for value in numbers),
        *(areas.get(share, "–") for share in SHARES),
        moment.attempt.reason,
    ]


def _clock(time_s: float) -> str:
    minutes, seconds = divmod(round(time_s), 60)
    return f"{minutes}:{seconds:02d}"


def _bounds(item: FlightFile, areas: Mapping[str, Box]) -> tuple[float, float, float, float]:
    """West, south, east and north of what is drawn, with a margin."""
    corners = [
        corner
        for box in areas.values()
        for corner in ((box.west_m, box.south_m), (box.east_m, box.north_m))
    ]
    places_m = np.vstack([item.flight.position_m[:, :2], item.source_m[:2], *corners])
    low_m, high_m = places_m.min(axis=0), places_m.max(axis=0)
    margin_m = 0.03 * float((high_m - low_m).max())
    (west_m, south_m), (east_m, north_m) = low_m - margin_m, high_m + margin_m
    return float(west_m), float(south_m), float(east_m), float(north_m)
