"""The figures of the modes on radio maps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.colors import to_hex
from support.helpers import text_of
from support.map_scenes import (
    FEW,
    FLIGHTS,
    SCORE,
    Marking,
    fresh_network,
    network_settings,
    reader,
    surveyor,
)

from rfsl.evaluation.heatmap_panels import panels_of
from rfsl.evaluation.heatmaps import Condition, surveyed
from rfsl.figures.heatmap_panels import scene_panels
from rfsl.figures.heatmaps import SEARCH, error_against
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import save_figure

# Figures


def made_table() -> pd.DataFrame:
    """Two modes and the search, with errors that can be told apart."""
    rows = []
    for number, mode in enumerate(("late", "early", SEARCH)):
        for condition in reversed(Condition.all_of(SCORE)):
            rmse_m = 10.0 * (number + 1) + 30.0 * condition.coverage + condition.noise_rate
            rmse_m += 5.0 * (condition.sampling == "flight")
            rows.append(
                {
                    "mode": mode,
                    "label": f"label of {mode}",
                    "sampling": condition.sampling,
                    "coverage": condition.coverage,
                    "noise_rate": condition.noise_rate,
                    "scenes": 40,
                    "seeds": 1 if mode == SEARCH else 3,
                    "rmse_m": rmse_m,
                    "low_m": rmse_m - 1.0,
                    "high_m": rmse_m + 1.0,
                }
            )
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("cause", "held", "x", "axis", "still"),
    [
        ("coverage", 0.0, [10.0, 20.0, 30.0], "measured pixels (%)", "noise rate 0)"),
        ("noise_rate", 0.2, [0.0, 0.5], "noise rate", "20 % measured)"),
    ],
)
def test_errors_against_a_cause(
    tmp_path: Path, cause: str, held: float, x: list[float], axis: str, still: str
) -> None:
    table = made_table()
    colors = {"late": COLORS[5], "early": COLORS[2]}
    figure = error_against(table, cause, colors, held, "Scenes", Look())
    assert len(figure.axes) == 2
    modes = ["late", "early", SEARCH]
    for axes, sampling in zip(figure.axes, ("pixels", "flight"), strict=True):
        assert axes.get_xlabel() == axis
        drawn_m = np.concatenate([np.asarray(line.get_ydata(), float) for line in axes.lines])
        low_m, high_m = axes.get_ylim()  # the same in both panels, and no curve is cut off
        assert low_m < drawn_m.min() and drawn_m.max() < high_m
        assert [line.get_label() for line in axes.lines] == [f"label of {mode}" for mode in modes]
        for line, mode in zip(axes.lines, modes, strict=True):
            np.testing.assert_allclose(line.get_xdata(), x)
            part = table[(table["mode"] == mode) & (table["sampling"] == sampling)]
            value = dict(
                zip(
                    zip(part["coverage"], part["noise_rate"], strict=True),
                    part["rmse_m"],
                    strict=True,
                )
            )
            expected = [value[(at / 100.0, 0.0) if cause == "coverage" else (0.2, at)] for at in x]
            np.testing.assert_allclose(line.get_ydata(), expected)
            assert (line.get_linestyle() == "--") == (mode == SEARCH)
        colors = [to_hex(line.get_color()).upper() for line in axes.lines]
        assert colors == [COLORS[5], COLORS[2], "#000000"]
        bands = [band.get_datalim(axes.transData) for band in axes.collections]
        assert len(bands) == 3
    text = text_of(figure)
    assert "Scenes (40 of them, 3 training seeds" in text
    assert still in text
    assert "random pixels" in text and "along a flight" in text
    assert [item.get_text() for item in figure.legends[0].get_texts()] == [
        f"label of {mode}" for mode in modes
    ]
    save_figure(figure, tmp_path / "f.pdf", tmp_path / "f.png")
    assert (tmp_path / "f.pdf").stat().st_size > 0 and (tmp_path / "f.png").stat().st_size > 0


def test_scenes_as_they_go_through_a_mode(tmp_path: Path) -> None:
    completion = fresh_network(network_settings("rss height", "rss"), 1)
    settings = network_settings("completed_rss", "log_distance")
    model = fresh_network(settings, completed_rss=completion).eval()
    item = reader(model, "soft_argmax")
    found = panels_of(item, FEW, surveyor(), SCORE, 9, 2)
    assert len(found) == 2
    measured = surveyed(surveyor(), FEW, range(2), Condition("flight", 0.2, 0.0), FLIGHTS, 9)
    position_px, _ = item(measured.inputs.maps)
    for number, scene in enumerate(found):
        np.testing.assert_array_equal(scene.height_m, FEW.height_m[number])
        np.testing.assert_array_equal(scene.true_dbm, FEW.rss_dbm[number])
        np.testing.assert_array_equal(scene.sparse_dbm, measured.measurements[number].rss_dbm)
        np.testing.assert_allclose(
            scene.source_px, FEW.source_m[number, :2] / 12.0 - 0.5, atol=1e-5
        )
        np.testing.assert_allclose(scene.estimate_px, position_px[number], atol=1e-5)
        assert scene.heatmap.shape == (16, 16) and scene.pixel_m == 12.0
        with torch.no_grad():
            made = completion({k: torch.from_numpy(v) for k, v in measured.inputs.maps.items()})
        scaled = made[number, 0].numpy()
        expected_dbm = 60.0 * (scaled - 1.0) + measured.inputs.reference_db[number]
        np.testing.assert_allclose(scene.completed_dbm, expected_dbm, atol=1e-3)
    figure = scene_panels(found, "Mine", "flight", "Scenes", Look())
    text = text_of(figure)
    assert "Scenes, 192 m wide. Mine, along a flight" in text
    for scene in found:
        error_m = 12.0 * np.linalg.norm(scene.source_px - scene.estimate_px)
        assert f"error {error_m:.0f} m" in text
    assert sum(len(axes.images) for axes in figure.axes) == 10
    marks = [axes for axes in figure.axes if axes.get_xlabel().startswith("error")]
    for axes, scene in zip(marks, found, strict=True):
        places_m = [line.get_xydata()[0] for line in axes.lines]
        np.testing.assert_allclose(
            places_m, 12.0 * (np.array([scene.source_px, scene.estimate_px]) + 0.5), atol=1e-4
        )
        assert axes.images[0].get_extent() == [0.0, 192.0, 0.0, 192.0]
        assert axes.images[0].origin == "lower"
    save_figure(figure, tmp_path / "f.pdf", tmp_path / "f.png")


def test_scenes_of_a_mode_that_completes_nothing() -> None:
    found = panels_of(reader(Marking(3, 5)), FEW, surveyor(), SCORE, 9, 99)
    assert len(found) == 6
    assert all(scene.completed_dbm is None for scene in found)
    assert [scene.estimate_px.tolist() for scene in found] == [[3.0, 5.0]] * 6
    figure = scene_panels(found[:2], "Mine", "pixels", "Scenes", Look())
    assert sum(len(axes.images) for axes in figure.axes) == 2 * 4
    assert "Mine, random pixels" in text_of(figure)
