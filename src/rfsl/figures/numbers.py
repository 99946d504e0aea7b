"""Numbers above bars, at places where they touch no mark."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

#: Size of the type of numbers, and the least width of a bar that has one above it.
SIZE_PT = 6.0
NUMBER_PT = 7.0
#: Space between a number and what is below or above it.
_SPACE_PT = 1.5
#: How often the axis is stretched until all numbers fit below its top.
_ROUNDS = 30


@dataclass(frozen=True)
class _Number:
    axes: Axes
    span: tuple[float, float]
    lowest: float
    text: Text


@dataclass(frozen=True)
class _Mark:
    axes: Axes
    span: tuple[float, float]
    value: float
    size_pt: float


@dataclass
class Numbers:
    """The numbers of a figure of bars: each goes to the lowest free place above its bar.

    Args:
        vertical: whether numbers are turned by 90°, for narrow bars.
        shown: whether there are numbers at all.
    """

    vertical: bool
    shown: bool = True
    _numbers: list[_Number] = field(default_factory=list)
    _marks: list[_Mark] = field(default_factory=list)

    def add(
        self,
        axes: Axes,
        span: tuple[float, float],
        lowest: float,
        text: str,
        vertical: bool = False,
    ) -> None:
        """Write a number above a bar.

        Args:
            span: left and right end of the bar, in the values of the x axis.
            lowest: where the bar or its error bar ends, a value of the y axis.
            text: the number.
            vertical: whether it is turned in any case.
        """
        if self.shown:
            turned = 90.0 if self.vertical or vertical else 0.0
            written = axes.text(
                *(sum(span) / 2.0, lowest, text),
                ha="center",
                va="bottom",
                fontsize=SIZE_PT,
                rotation=turned,
                zorder=6,
            )
            written.set_in_layout(False)
            self._numbers.append(_Number(axes, span, lowest, written))

    def keep_off(self, axes: Axes, span: tuple[float, float], value: float, size_pt: float) -> None:
        """Keep numbers off a mark.

        Args:
            span: left and right end of the mark, in the values of the x axis.
            value: height of its middle, a value of the y axis.
            size_pt: its height in points.
        """
        self._marks.append(_Mark(axes, span, value, size_pt))

    def keep_off_all(
        self, axes: Axes, x: np.ndarray, width: float, values: np.ndarray, size_pt: float
    ) -> None:
        """Keep numbers off a mark on each of some bars; a value may be NaN."""
        for at, value in zip(x, values, strict=True):
            if not np.isnan(value):
                self.keep_off(axes, (at - width / 2, at + width / 2), float(value), size_pt)

    def place(self, figure: Figure) -> None:
        """Move the numbers to their places; the y axis is stretched until all are below its top.

        Axes must share their y axis. The figure's layout is made here and kept.
        """
        panels = figure.axes
        panels[0].margins(y=0.05)
        panels[0].set_ylim(bottom=0.0)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        for _ in range(_ROUNDS):
            excess = max((self._place(number, figure) for number in self._numbers), default=1.0)
            if excess <= 1.0:
                return
            panels[0].set_ylim(0.0, panels[0].get_ylim()[1] * excess)

    def _place(self, number: _Number, figure: Figure) -> float:
        """Move a number to its place; its top as a share of the axis, 1 or less if it fits."""
        axes, point = number.axes, figure.dpi / 72.0
        to_display = axes.transData.transform
        number.text.set_y(number.lowest)
        high = number.text.get_window_extent().height
        bottom = float(to_display((0.0, number.lowest))[1]) + _SPACE_PT * point
        for mark in sorted(self._marks, key=lambda mark: mark.value):
            over = mark.span[0] < number.span[1] - 1e-9 and number.span[0] < mark.span[1] - 1e-9
            if mark.axes is not axes or not over:
                continue
            middle = float(to_display((0.0, mark.value))[1])
            half = (mark.size_pt / 2.0 + _SPACE_PT) * point
            if bottom < middle + half and middle - half < bottom + high:
                bottom = middle + half
        # Text stands on `bottom` with its box, of which `va="bottom"` is the lower edge.
        number.text.set_y(float(axes.transData.inverted().transform((0.0, bottom))[1]))
        box = axes.get_window_extent()
        return (bottom + high + point - box.y0) / box.height
