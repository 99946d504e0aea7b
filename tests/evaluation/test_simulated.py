"""Scores on simulated flights and their table, from numbers that are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.flights import simulator, surroundings

from rfsl.errors import ConfigError
from rfsl.evaluation.simulated import cells_estimator, simulated_scores
from rfsl.evaluation.tables.simulated import simulated_table
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import read_frame, write_frame
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.simulation.flights import SimulatedFlight

LABELS = {"mine": "Mine", "ideal": "ideal posterior"}


def beside(flight: SimulatedFlight) -> Estimate:
    """30 m east of the source, with 60 % of the probability there and 40 % at the source."""
    place_m = flight.source_xy_m + np.array([30.0, 0.0])
    cells_m = np.array([flight.source_xy_m, place_m])
    return Estimate(place_m, Posterior(cells_m, np.array([0.4, 0.6]), np.array([20.0, 10.0])))


def test_scores(tmp_path: Path) -> None:
    world = simulator()
    scores = simulated_scores(world, beside, 5, 8)
    write_frame(scores, tmp_path / "s.parquet", SimulatedTable)
    scores = read_frame(tmp_path / "s.parquet", SimulatedTable)
    assert scores["index"].tolist() == list(range(8))
    np.testing.assert_allclose(scores["error_m"], 30.0)
    np.testing.assert_allclose(scores["expected_error_m"], 12.0)
    np.testing.assert_allclose(scores["source_share"], 0.8)
    assert (scores["region_50_m2"] == 10.0).all()
    assert (scores["region_90_m2"] == 30.0).all()
    for row in scores.itertuples():
        flight = world.draw(5, "test", int(str(row.index)))
        assert row.trajectory == flight.trajectory
        x_m, y_m = flight.source_xy_m
        area = world.flight_area
        within = area.west_m <= x_m <= area.east_m and area.south_m <= y_m <= area.north_m
        assert row.inside == within


def test_who_can_be_scored() -> None:
    assert cells_estimator("mine", LOCALIZERS["kriging"].build(surroundings()))
    strongest = LOCALIZERS["strongest_rss"].build(surroundings())
    with pytest.raises(ConfigError, match=r"figures.simulated.modes: found mine, whose localizer"):
        cells_estimator("mine", strongest)


def frame(error_m: list[float], share: list[float]) -> pd.DataFrame:
    """Flights of a fold; the last half of their sources are outside the flight area."""
    count = len(error_m)
    kinds = list(TRAJECTORY_KINDS)
    return pd.DataFrame(
        {
            "index": np.arange(count),
            "trajectory": [kinds[number % 2] for number in range(count)],
            "inside": np.arange(count) < count // 2,
            "error_m": error_m,
            "expected_error_m": 0.5 * np.array(error_m),
            "source_share": share,
            "region_50_m2": 100.0,
            "region_90_m2": 300.0,
        }
    )


def test_table() -> None:
    shares = [0.1, 0.5, 0.7, 0.95]
    scores = {
        "mine": [frame([10.0, 20.0, 30.0, 40.0], shares)],
        "ideal": [frame([10.0, 10.0, 10.0, 20.0], shares)],
    }
    table = simulated_table(scores, LABELS, 1)
    rows = table.set_index(["region", "trajectory", "mode"])
    assert rows.index.is_unique
    assert len(rows) == 3 * 3 * 2  # of six kinds, four were not flown
    row = rows.loc[("all", "all", "mine")]
    assert row["label"] == "Mine"
    assert row["flights"] == 4
    assert row["mean_error_m"] == pytest.approx(25.0)
    assert row["ideal_error_m"] == pytest.approx(12.5)
    assert row["ratio"] == pytest.approx(2.0)
    assert 1.0 <= row["ratio_low"] < 2.0 < row["ratio_high"] <= 3.0
    assert row[["coverage_50", "coverage_90"]].tolist() == [0.5, 0.75]
    assert row["expected_over_error"] == pytest.approx(0.5)
    inside = rows.loc[("inside", "all", "mine")]
    assert inside[["flights", "mean_error_m", "ratio"]].tolist() == pytest.approx([2, 15.0, 1.5])
    kind = rows.loc[("outside", next(iter(TRAJECTORY_KINDS)), "mine")]
    assert kind[["flights", "mean_error_m", "ideal_error_m"]].tolist() == [1, 30.0, 10.0]
    assert kind[["standard_error_m", "ratio_low", "ratio_high"]].isna().all()
    ideal = rows.loc[("all", "all", "ideal")]
    assert ideal[["ratio", "ratio_low", "ratio_high"]].tolist() == [1.0, 1.0, 1.0]


def test_the_standard_error_is_that_of_the_mean() -> None:
    errors_m = np.random.default_rng(0).exponential(20.0, 80)
    scores = {name: [frame(errors_m.tolist(), [0.5] * 80)] for name in LABELS}
    row = simulated_table(scores, LABELS, 1).iloc[0]
    expected_m = errors_m.std(ddof=1) / np.sqrt(80)
    assert row["standard_error_m"] == pytest.approx(expected_m, rel=0.06)


def test_the_same_flights_in_more_folds_are_no_more_flights() -> None:
    errors_m = np.random.default_rng(0).exponential(20.0, 40).tolist()
    one = frame(errors_m, [0.5] * 40)
    once, thrice = (
        simulated_table({name: [one] * folds for name in LABELS}, LABELS, 1).iloc[0]
        for folds in (1, 3)
    )
    assert thrice["flights"] == 3 * once["flights"]
    assert thrice["mean_error_m"] == pytest.approx(once["mean_error_m"])
    assert thrice["standard_error_m"] == pytest.approx(once["standard_error_m"])
