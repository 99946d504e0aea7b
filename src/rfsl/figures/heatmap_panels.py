"""Example scenes: each step from the measured radio map to the estimate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rfsl.evaluation.heatmap_panels import ScenePanels
from rfsl.figures.heatmaps import SAMPLING_TITLES
from rfsl.figures.look import Look
from rfsl.figures.style import STYLE


def scene_panels(
    scenes: Sequence[ScenePanels], label: str, sampling: str, kind: str, look: Look
) -> Figure:
    """One row per scene: height, measured, completed and true RSS, heatmap with both positions.

    Args:
        label: label of the mode.
        sampling: how the maps were measured, a key of `SAMPLING_TITLES`.
        kind: what the scenes are, in words.
        look: width and title.
    """
    titles = ("height (m)", "measured RSS (dBm)", "completed (dBm)", "true (dBm)", "heatmap")
    with rc_context(STYLE | {"axes.grid": False}):
        figure = look.figure((0.17 * look.width_pt + 16.0) * len(scenes) + 30.0)
        grid = figure.subplots(len(scenes), len(titles), squeeze=False)
        for row, scene in zip(grid, scenes, strict=True):
            low, high = np.nanmin(scene.true_dbm), np.nanmax(scene.true_dbm)
            size_m = scene.pixel_m * scene.height_m.shape[0]
            values = (
                (scene.height_m, "Greys", None, None),
                (scene.sparse_dbm, "viridis", low, high),
                (scene.completed_dbm, "viridis", low, high),
                (scene.true_dbm, "viridis", low, high),
                (scene.heatmap, "magma", None, None),
            )
            for axes, (image, colors, lowest, highest) in zip(row, values, strict=True):
                axes.set_xticks([])
                axes.set_yticks([])
                if image is None:
                    axes.set_axis_off()
                    continue
                shown = axes.imshow(
                    image,
                    cmap=colors,
                    vmin=lowest,
                    vmax=highest,
                    origin="lower",
                    extent=(0.0, size_m, 0.0, size_m),
                )
                bar = figure.colorbar(shown, ax=axes, fraction=0.046, pad=0.03)
                bar.ax.tick_params(labelsize=5.5)
            _marks(row[-1], scene)
        for axes, title in zip(grid[0], titles, strict=True):
            axes.set_title(look.lines(title, 6.5, 0.18), loc="left", fontsize=6.5)
        size = f"{scenes[0].pixel_m * scenes[0].height_m.shape[0]:g} m"
        look.title(
            figure,
            f"{kind}, {size} wide. {label}, {SAMPLING_TITLES[sampling]}; circle: source, cross: "
            "estimate",
        )
    return figure


def _marks(axes: Axes, scene: ScenePanels) -> None:
    """Mark the source and the estimate, and write their distance."""
    for place_px, marker, size in ((scene.source_px, "o", 7.0), (scene.estimate_px, "x", 5.0)):
        x_m, y_m = scene.pixel_m * (np.asarray(place_px) + 0.5)
        axes.plot(x_m, y_m, marker, markersize=size, color="#56B4E9", markerfacecolor="none")
    error_m = scene.pixel_m * float(np.linalg.norm(scene.source_px - scene.estimate_px))
    axes.set_xlabel(f"error {error_m:.0f} m", fontsize=6.5)
