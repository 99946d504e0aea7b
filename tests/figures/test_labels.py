"""Labels of the figures: no two of them touch, and everything is inside, at every width."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from support.helpers import text_of

from rfsl.config.config import Config
from rfsl.config.widths import WIDTHS_PT, FigureWidth
from rfsl.figures.error_bars import error_bars
from rfsl.figures.look import Look
from rfsl.figures.over_time import error_curves
from rfsl.figures.palette import COLORS
from rfsl.figures.propagation import error_cdf
from rfsl.figures.style import save_figure

MODES = Config().figures.fig6b.modes
LABELS = {name: mode.label for name, mode in Config().modes.items()}
MODE_COLORS = dict(zip(MODES, COLORS, strict=False))
NAMES = {"t0": "Trial 1", "t1": "NYU Wireless, location 1"}


def summary(modes: int, groups: int, seed: int) -> pd.DataFrame:
    """Errors of some modes on some trials after 3 and 10 minutes, with every kind of mark."""
    rng = np.random.default_rng(seed)
    rows = []
    for mode, group in itertools.product(MODES[:modes], range(groups)):
        error_m = rng.gamma(1.0, 60.0)
        for after_s in (180, 600):
            rows.append(
                {
                    **{"scope": f"t{group}", "location": "location_1 and location_2"},
                    **{"kind": "testbed", "after_s": after_s, "mode": mode, "seeds": 5},
                    "label": LABELS[mode],
                    "mean_error_m": error_m * (rng.uniform(0.2, 6.0) if after_s == 180 else 1.0),
                    "std_error_m": rng.choice([0.3 * error_m, np.nan]),
                    "radius_90_m": rng.choice([error_m * rng.uniform(0.8, 1.5), np.nan]),
                    "simulated_error_m": 12.3,
                    "published_error_m": rng.choice([error_m * 1.1, np.nan]),
                    "published_again_m": rng.choice([error_m * 1.3, np.nan]),
                    "note": "",
                }
            )
    table = pd.DataFrame(rows)
    unusable = (table["scope"] == "t0") & (table["mode"] == MODES[0])
    table.loc[unusable, ["mean_error_m", "std_error_m"]] = np.nan
    return table


def texts(figure: Figure) -> dict[str, Bbox]:
    """Boxes of all visible texts, by what they are and say."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):  # ticks beyond the ends of an axis are not drawn
            low, high = axis.get_view_interval()
            ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
            hidden |= {text for place, text in ticks if not low <= place <= high}
    found = {}
    for number, text in enumerate(figure.findobj(Text)):
        box = text.get_window_extent()
        if (
            text not in hidden
            and text.get_visible()
            and text.get_text().strip()
            and box.width > 0.0
        ):
            found[f"{number} {text.get_text()!r}"] = box
    return found


def marks(axes: Axes) -> Iterator[Bbox]:
    """Boxes of the crosses, diamonds, radii and lines of teams, and of the error bars."""
    point = axes.figure.dpi / 72.0
    for line in axes.lines:
        if line.get_marker() in ("x", "D"):
            for middle in axes.transData.transform(np.asarray(line.get_xydata(), float)):
                if np.isfinite(middle).all():
                    half = point * line.get_markersize() / 2.0
                    yield Bbox([middle - half, middle + half])
    for collection in axes.findobj(LineCollection):
        for path in collection.get_paths():
            ends = axes.transData.transform(path.vertices)
            if np.isfinite(ends).all():
                yield Bbox(ends)
    for container in axes.containers:
        if isinstance(container, ErrorbarContainer):
            caps: tuple[Line2D, ...] = container.lines[1]
            for cap in caps:
                for middle in axes.transData.transform(np.asarray(cap.get_xydata(), float)):
                    if np.isfinite(middle).all():
                        yield Bbox([middle - point, middle + point])


def overlap(first: Bbox, second: Bbox) -> bool:
    wide = min(first.x1, second.x1) - max(first.x0, second.x0)
    high = min(first.y1, second.y1) - max(first.y0, second.y0)
    return wide > 0.2 and high > 0.2


def touching(figure: Figure) -> list[str]:
    """Which texts touch each other or a mark, or leave the figure."""
    figure.draw_without_rendering()
    named = texts(figure)
    found = [
        f"{one} touches {other}"
        for (one, box), (other, second) in itertools.combinations(named.items(), 2)
        if overlap(box, second)
    ]
    for axes, (name, box) in itertools.product(figure.axes, named.items()):
        found += [f"{name} touches a mark" for mark in marks(axes) if overlap(box, mark)]
    for name, box in named.items():
        inside = box.x0 >= -0.5 and box.y0 >= -0.5
        if not (inside and box.x1 <= figure.bbox.x1 + 0.5 and box.y1 <= figure.bbox.y1 + 0.5):
            found.append(f"{name} is not all inside")
    return found


@pytest.mark.parametrize(
    ("width", "modes", "groups"),
    [("column", 4, 3), ("slides", 4, 3), ("column", 9, 3), ("double", 9, 4)],
)
def test_labels_of_the_bars(width: FigureWidth, modes: int, groups: int) -> None:
    table = summary(modes, groups, seed=modes)
    own_m = {"t1": 40.0, "t2": 3.0}
    figure = error_bars(
        table,
        MODE_COLORS,
        Look(width),
        names=NAMES,
        own_error_m=own_m,
        notes="no published error at hand: Eagles, NYU Wireless, Daedalic Wings, Wolfpack",
    )
    numbers = [name for name in texts(figure) if name.split()[1].strip("'").isdigit()]
    assert len(numbers) >= modes * groups - 1
    assert touching(figure) == []


def test_the_test_sees_a_number_on_a_mark() -> None:
    figure = error_bars(summary(4, 3, seed=1), MODE_COLORS, Look("column"))
    figure.draw_without_rendering()
    axes = figure.axes[0]
    (x, y) = next(iter(marks(axes))).p0
    axes.annotate("17", (x, y), xycoords="figure pixels")
    assert any("'17' touches a mark" in text for text in touching(figure))


@pytest.mark.parametrize("width", ["column", "double"])
def test_labels_of_the_propagation_errors(width: FigureWidth) -> None:
    rng = np.random.default_rng(3)
    parts = [
        pd.DataFrame(
            {
                **{"trial": f"{team}{place}", "location": f"location_{place}", "model": model},
                "error_db": rng.normal(0.0, 8.0, 50),
            }
        )
        for team, place in itertools.product("abc", (1, 2, 3))
        for model in Config().figures.fig5.models
    ]
    names = {f"{t}{p}": f"NYU Wireless {t}, location {p}" for t in "abc" for p in (1, 2, 3)}
    figure = error_cdf(pd.concat(parts), ["testbed"], Look(width), names)
    assert "NYU Wireless a, NYU" in text_of(figure).replace("\n", " ").replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert touching(figure) == []


@pytest.mark.parametrize("width", ["column", "double"])
def test_labels_of_the_curves(width: FigureWidth) -> None:
    rows = [
        {
            **{"trial": f"t{trial}", "location": "location_1", "kind": "testbed", "mode": mode},
            **{"label": LABELS[mode], "after_s": 60 * (step + 1), "note": ""},
            "error_m": np.nan if step < 2 else 100.0 / step,
            **{"expected_error_m": 80.0 / (step + 1), "radius_90_m": 130.0 / (step + 1)},
        }
        for trial in range(5)
        for mode in MODES[4:8]
        for step in range(10)
    ]
    figure = error_curves(pd.DataFrame(rows), MODE_COLORS, Look(width), NAMES)
    assert "Trial 1, location 1" in text_of(figure)
    assert touching(figure) == []


@pytest.mark.parametrize("width", get_args(FigureWidth))
def test_files_have_the_width_and_titles_can_be_left_out(
    width: FigureWidth, tmp_path: Path
) -> None:
    table = summary(2, 2, seed=2)
    assert "error after 10 min" in text_of(error_bars(table, MODE_COLORS, Look(width)))
    figure = error_bars(table, MODE_COLORS, Look(width, titles=False))
    assert "error after 10 min" not in text_of(figure)
    save_figure(figure, tmp_path / "f.pdf", tmp_path / "f.png")
    box = f"/MediaBox [ 0 0 {WIDTHS_PT[width]:g} ".encode()
    assert box in (tmp_path / "f.pdf").read_bytes()
