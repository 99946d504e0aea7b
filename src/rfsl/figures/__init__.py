"""Figures; each function returns a matplotlib Figure, `save_figure` writes it."""

from rfsl.figures.errors import error_bars
from rfsl.figures.style import save_figure

__all__ = ["error_bars", "save_figure"]
