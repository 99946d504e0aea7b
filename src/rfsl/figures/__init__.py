"""Figures; each function returns a matplotlib Figure, `save_figure` writes it."""

from rfsl.figures.errors import error_bars
from rfsl.figures.propagation import error_cdf, leg_residuals
from rfsl.figures.scenario import scenario_map
from rfsl.figures.style import save_figure

__all__ = ["error_bars", "error_cdf", "leg_residuals", "save_figure", "scenario_map"]
