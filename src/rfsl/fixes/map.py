"""The map of a fix: track coloured by RSS, area, regions, estimate."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from textwrap import wrap
from typing import Any

import numpy as np
import shapely
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from rfsl.figures.palette import REGIONS, SOURCE_AREA
from rfsl.figures.style import STYLE
from rfsl.figures.track import TrackPieces
from rfsl.fixes.flown import Fix
from rfsl.fixes.wording import printable
from rfsl.localizers.regions import rings_m

_WIDTH_IN = 5.0
#: Letters in a line of the title.
_COLUMNS = 72
_ESTIMATE, _IDLE = "#000000", "0.6"
#: Lengths that a scale bar may have.
_BARS_M = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def fix_map(fix: Fix) -> Figure:
    """Map of a fix, north up, in metres of the local frame, with colour bar and legend below it.

    Without an estimate, the track is grey and the title has the reason.
    """
    with rc_context(STYLE):
        west_m, south_m, east_m, north_m = _bounds(fix)
        high_in = float(np.clip(4.1 * (north_m - south_m) / (east_m - west_m), 2.2, 6.0))
        title, found = _title(fix), fix.estimate is not None
        below_in, above_in = 1.6 if found else 1.1, 0.36 + 0.15 * len(title)
        total_in = below_in + high_in + above_in
        figure = Figure(figsize=(_WIDTH_IN, total_in))
        axes = figure.add_axes((0.13, below_in / total_in, 0.82, high_in / total_in))
        axes.set_xlim(west_m, east_m)
        axes.set_ylim(south_m, north_m)
        axes.set_aspect("equal", adjustable="datalim")
        axes.grid(False)
        axes.set_xlabel("east (m)")
        axes.set_ylabel("north (m)")
        handles: list[Patch | Line2D] = [_draw_area(axes, fix)]
        handles += _draw_regions(axes, fix)
        handles += _draw_track(figure, axes, fix, (below_in - 0.6) / total_in)
        handles += _draw_estimate(axes, fix)
        _draw_scale(axes)
        figure.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.54, 0.66 / total_in),
            ncols=2,
            frameon=False,
        )
        color = "black" if found else "#A01C00"
        place = (0.04, 1.0 - 0.06 / total_in)
        # Dollar signs in a file name do not enclose a formula.
        told = figure.text(*place, "\n".join(title), va="top", fontsize=8.5, color=color)
        told.set_parse_math(False)
    return figure


@contextmanager
def _any_letters() -> Iterator[None]:
    """Draw a letter that the font lacks as a box, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        yield


def as_png(figure: Figure) -> bytes:
    """The map as PNG."""
    buffer = io.BytesIO()
    with rc_context(STYLE), _any_letters():
        figure.savefig(buffer, format="png")
    return buffer.getvalue()


def as_svg(figure: Figure) -> str:
    """The map as an SVG element for an HTML page; it contains no web address."""
    buffer = io.StringIO()
    with (
        rc_context({**STYLE, "svg.fonttype": "none", "svg.hashsalt": "fix"}),
        _any_letters(),
    ):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # An HTML parser knows both namespaces, and the page sets the size.
    text = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
    head, rest = text.split(">", 1)
    return re.sub(r'\s(width|height)="[^"]*"', "", head) + ' role="img">' + rest


def _title(fix: Fix) -> list[str]:
    """Lines of the title: the log, the position, the mode and its expected error, or the reason."""
    name, label = printable(fix.name), printable(str(fix.choice.params["label"]))
    if fix.estimate is None:
        return [*wrap(f"{name}: no estimate", _COLUMNS), *wrap(printable(fix.reason), _COLUMNS)]
    if fix.regions:
        label += f", expected error {fix.estimate.expected_error_m:.0f} m"
    latitude_deg, longitude_deg = fix.frame.to_geodetic(*fix.estimate.position_m)
    where = f"source near {latitude_deg:.6f}, {longitude_deg:.6f}"
    return [*wrap(name, _COLUMNS), where, *wrap(label, _COLUMNS)]


def _bounds(fix: Fix) -> tuple[float, float, float, float]:
    """West, south, east and north of what is drawn, with a margin."""
    track_m = fix.track_m
    low_m = np.minimum(track_m.min(axis=0), fix.area.polygon_m.bounds[:2])
    high_m = np.maximum(track_m.max(axis=0), fix.area.polygon_m.bounds[2:])
    margin_m = 0.05 * float((high_m - low_m).max())
    (west_m, south_m), (east_m, north_m) = low_m - margin_m, high_m + margin_m
    return float(west_m), float(south_m), float(east_m), float(north_m)


def _draw_area(axes: Axes, fix: Fix) -> Patch:
    axes.add_patch(
        PathPatch(_path(fix.area.polygon_m), facecolor="0.5", alpha=0.08, linewidth=0, zorder=0)
    )
    axes.add_patch(
        PathPatch(
            _path(fix.area.polygon_m), fill=False, edgecolor=SOURCE_AREA, linewidth=1.0, zorder=1
        )
    )
    return Patch(facecolor="#F5F5F5", edgecolor=SOURCE_AREA, label="where the source may be")


def _draw_regions(axes: Axes, fix: Fix) -> list[Patch]:
    handles = []
    for region, color in zip(fix.regions, REGIONS, strict=False):
        label = f"{100 * region.share:.0f} % region ({region.area_m2:,.0f} m²)"
        axes.add_patch(
            PathPatch(_path(region.shape_m), facecolor=color, alpha=0.3, linewidth=0, zorder=2)
        )
        axes.add_patch(
            PathPatch(_path(region.shape_m), fill=False, edgecolor=color, linewidth=1.2, zorder=4)
        )
        handles.append(Patch(facecolor=color, alpha=0.45, edgecolor=color, label=label))
    return handles


def _draw_track(figure: Figure, axes: Axes, fix: Fix, bar_at: float) -> list[Line2D]:
    """Draw the tracks in pieces of one colour each; grey where no sample is used."""
    tracks = [*_tracks(fix)]
    segments = np.concatenate(
        [
            np.stack([pieces.xy_m, np.vstack([pieces.xy_m[1:], pieces.end_m])], axis=1)
            for pieces in tracks
        ]
    )
    rss_db = np.concatenate([pieces.rss_db for pieces in tracks])
    starts_m = np.array([pieces.xy_m[0] for pieces in tracks])
    known = np.isfinite(rss_db)
    handles = []
    if not known.all():
        idle = LineCollection(
            list(segments[~known]), colors=_IDLE, linewidths=1.0, zorder=3, capstyle="round"
        )
        axes.add_collection(idle, autolim=False)
        handles.append(Line2D([], [], color=_IDLE, linewidth=1.0, label="track, not used"))
    if known.any():
        lines = LineCollection(list(segments[known]), cmap="viridis", linewidths=1.8, zorder=3)
        lines.set_array(rss_db[known])
        axes.add_collection(lines, autolim=False)
        bar = figure.colorbar(
            lines, cax=figure.add_axes((0.13, bar_at, 0.82, 0.016)), orientation="horizontal"
        )
        bar.set_label("RSS along the track (dB, level unknown)", fontsize=7.5, labelpad=2)
        bar.outline.set_linewidth(0.5)
    start = axes.plot(
        *starts_m.T,
        marker="o",
        markerfacecolor="white",
        markeredgecolor="black",
        markersize=4.5,
        linestyle="",
        label="first sample",
        zorder=5,
    )
    return handles + start


def _tracks(fix: Fix) -> Iterator[TrackPieces]:
    """The track of each log, with its power shifted to the level of the first."""
    level_db: float | None = None
    for log in fix.logs:
        # Without an estimate, no power counts as the source's.
        used = log.held if fix.estimate is not None else np.zeros_like(log.held)
        pieces = TrackPieces.of(log.flight, used)
        if used.any():
            own_db = float(np.median(log.flight.rss_db[used]))
            level_db = own_db if level_db is None else level_db
            pieces = replace(pieces, rss_db=pieces.rss_db + (level_db - own_db))
        yield pieces


def _draw_estimate(axes: Axes, fix: Fix) -> list[Line2D]:
    if fix.estimate is None:
        return []
    for place in fix.places if len(fix.places) > 1 else ():
        label = axes.annotate(
            f"{100 * place.probability:.0f} %",
            (float(place.position_m[0]), float(place.position_m[1])),
            xytext=(6, 6),
            textcoords="offset points",
            fontsize=8.0,
            zorder=8,
        )
        label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
        axes.plot(*place.position_m, "o", color=_ESTIMATE, markersize=3.0, zorder=7)
    x_m, y_m = fix.estimate.position_m
    # A white cross below the black one makes it stand out from any colour.
    axes.plot(x_m, y_m, "x", color="white", markersize=8, markeredgewidth=3.6, zorder=6)
    axes.plot(x_m, y_m, "x", color=_ESTIMATE, markersize=7, markeredgewidth=1.8, zorder=7)
    return [
        Line2D(
            [], [], marker="x", color=_ESTIMATE, markeredgewidth=2.0, linestyle="", label="estimate"
        )
    ]


def _draw_scale(axes: Axes) -> None:
    """Draw a scale bar and an arrow to the north above the map, where they cover no data."""
    west_m, east_m = axes.get_xlim()
    wide_m = east_m - west_m
    bar_m = max((b for b in _BARS_M if b <= 0.3 * wide_m), default=wide_m / 4)
    share = bar_m / wide_m
    trans = axes.transAxes
    axes.plot([1.0 - share, 1.0], [1.02] * 2, "k-", linewidth=2.5, transform=trans, clip_on=False)
    axes.text(1.0 - share / 2, 1.03, f"{bar_m:g} m", transform=trans, ha="center", va="bottom")
    arrow = {"arrowstyle": "-|>", "color": "black", "shrinkA": 0.0, "shrinkB": 0.0}
    ends: dict[str, Any] = {
        "xycoords": "axes fraction",
        "textcoords": "axes fraction",
        "annotation_clip": False,
    }
    at = 1.0 - share - 0.04
    axes.annotate("", (at, 1.055), xytext=(at, 1.005), arrowprops=arrow, **ends)
    axes.text(at - 0.015, 1.03, "N", transform=trans, ha="right", va="center")


def _path(shape_m: shapely.Geometry) -> Path:
    """Outline of polygons with their holes, for one patch."""
    rings = [Path(ring_m, closed=True) for ring_m in rings_m(shape_m)]
    return Path.make_compound_path(*rings)
