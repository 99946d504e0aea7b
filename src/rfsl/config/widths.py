"""Widths of figures. They lie apart from `figures`, whose defaults no drawing depends on."""

from __future__ import annotations

from typing import Literal

FigureWidth = Literal["column", "double", "slides"]
#: Widths in points (1/72 inch): a column and a page of IEEE's journals, and half of a slide ten
#: inches wide, on which a figure is shown at twice its size.
WIDTHS_PT: dict[FigureWidth, float] = {"column": 252.0, "double": 516.0, "slides": 360.0}
