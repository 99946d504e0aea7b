"""Figures 1 and 5 and the legs: what is on the picture, and the numbers of their table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.flights import flight_file, model_of, scattered_flight
from support.helpers import text_of

from rfsl.config.config import Config
from rfsl.config.features import ClusteredSettings
from rfsl.config.propagation import LegSettings
from rfsl.errors import FlightError
from rfsl.evaluation.propagation import propagation_errors
from rfsl.evaluation.tables.leg_residual import leg_residual
from rfsl.evaluation.tables.propagation import read_propagation_errors, summarize_propagation_errors
from rfsl.features.clustering import cluster_flight
from rfsl.figures.clusters import cluster_map
from rfsl.figures.look import Look
from rfsl.figures.propagation import error_cdf, leg_residuals
from rfsl.figures.scenario import scenario_map
from rfsl.figures.style import save_figure
from rfsl.flights.files import FlightFile
from rfsl.geometry.frames import Box
from rfsl.geometry.trajectories import Trajectory
from rfsl.io.schemas import PropagationErrorTable
from rfsl.io.tables import write_frame
from rfsl.propagation.models import MODELS

CONFIG = Config()


def item(quality_db: float = 72.0) -> FlightFile:
    """A flight whose power is free space plus 10 dB, with +-2 dB in turn."""
    flight = scattered_flight(quality_db=quality_db)
    source_m = np.array([[100.0, 250.0, 5.0]])
    power = model_of("free_space")(flight.position_m, flight.attitude_rad, source_m)[0]
    rss_db = power + 10.0 + np.tile([-2.0, 2.0], 500)
    return flight_file(replace(flight, rss_db=rss_db), (100.0, 250.0, 1.5))


def errors_of(flight: FlightFile) -> pd.DataFrame:
    models = {
        name: MODELS[name].build(CONFIG.scenario, CONFIG.propagation, None)
        for name in ("free_space", "two_ray")
    }
    return propagation_errors(flight, models, 5.0, CONFIG.flights)


def test_errors_have_the_offset_taken_out() -> None:
    errors = errors_of(item())
    free = errors[errors["model"] == "free_space"]
    np.testing.assert_allclose(np.abs(free["error_db"]), 2.0, atol=1e-9)
    assert len(errors) == 2000
    with pytest.raises(FlightError, match="locked in none of its samples"):
        errors_of(item(quality_db=42.0))


def pooled(folder: Path) -> pd.DataFrame:
    for trial in ("t1", "t2"):
        write_frame(errors_of(item()), folder / f"{trial}.parquet", PropagationErrorTable)
    paths = {trial: folder / f"{trial}.parquet" for trial in ("t1", "t2")}
    trials = {"t1": {"location": "l1"}, "t2": {"location": "l2"}}
    return read_propagation_errors(paths, trials)


def test_fig5(tmp_path: Path) -> None:
    errors = pooled(tmp_path)
    table = summarize_propagation_errors(errors).set_index(["scope", "model"])
    assert set(table.index.get_level_values(0)) == {"t1", "t2", "l1", "l2", "all"}
    assert table.loc[("all", "free_space"), "p90_db"] == pytest.approx(2.0)
    assert table.loc[("all", "free_space"), "within_22_db"] == 1.0
    assert table.loc[("all", "two_ray"), "samples"] == 2000
    figure = error_cdf(errors, ["testbed", "testbed"], Look(), {"t1": "Trial 1"})
    assert len(figure.axes) == 2
    for words in ("real AERPAW flights", "Trial 1", "two-ray", "free space"):
        assert words in text_of(figure)
    curve = figure.axes[0].lines[0].get_xydata()
    assert curve[-1, 1] == 1.0
    save_figure(figure, tmp_path / "f.pdf", tmp_path / "f.png")


def test_legs_are_marked(tmp_path: Path) -> None:
    errors = pooled(tmp_path)
    figure = leg_residuals(
        leg_residual(errors, LegSettings()),
        LegSettings(),
        {"l1": (1.5, -0.5, 3.0)},
        ["synthetic"],
        Look(),
    )
    assert len([p for p in figure.axes[0].patches if p.get_width() == 10.0]) == 3  # type: ignore[attr-defined]
    assert "without l1: 1.5 dB (-0.5 to 3.0)" in text_of(figure)
    assert "synthetic trials" in text_of(figure)


def test_a_leg_that_shadows_is_seen_and_one_that_does_not_is_not() -> None:
    rng = np.random.default_rng(0)
    azimuth_deg = rng.uniform(-180, 180, 20_000)
    frame = pd.DataFrame(
        {
            "model": "two_ray",
            "trial": "t",
            "depression_deg": 5.0,
            "body_azimuth_deg": azimuth_deg,
            "error_db": rng.standard_normal(20_000),
        }
    )
    nothing = leg_residual(frame, LegSettings())
    assert abs(nothing.behind_db) < 0.3
    behind = np.zeros(20_000, dtype=bool)
    for leg_deg in (39.0, 150.0, -90.0):
        behind |= np.abs(azimuth_deg - leg_deg) < 5.0
    frame.loc[behind, "error_db"] -= 6.0
    shadowed = leg_residual(frame, LegSettings())
    assert shadowed.behind_db == pytest.approx(-6.0, abs=0.3)
    assert -shadowed.behind_db > 3 * shadowed.turned_std_db


def test_fig1() -> None:
    trajectory = Trajectory(np.arange(5.0), np.zeros((5, 3)))
    areas = Box(0.0, 300.0, -50.0, 200.0), Box(-40.0, 250.0, 40.0, 330.0)
    other = replace(item(), flight_name="f2")
    flights = [item(), item(), other]
    figure = scenario_map(*areas, trajectory, flights, Look(), {"f2": "SunLab"})
    assert len(figure.axes) == 3  # the map, and the tracks of each flight
    assert "flight f1, 2 times" in text_of(figure)
    for text in ("SunLab", "l1", "100 m", "N", "source area", "real AERPAW flights"):
        assert text in text_of(figure)
    assert figure.axes[0].get_aspect() == 1.0


def test_fig4a() -> None:
    file = item()
    clusters = cluster_flight(
        file.flight.position_m[:, :2], file.flight.rss_db, ClusteredSettings(clusters=15)
    )
    figure = cluster_map(clusters, "t1", "testbed", file.source_m[:2], Look())
    text = text_of(figure)
    assert "15 clusters of t1, real AERPAW flights" in text
    assert {str(number) for number in range(1, 16)} <= set(text.split(" | "))
