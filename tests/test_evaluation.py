"""Scores and their table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from rfsl.config import ClusteredSettings, FlightSettings
from rfsl.errors import DataError
from rfsl.evaluation.networks import ScoredNetwork, evaluate_trial
from rfsl.evaluation.summary import read_published, summarize
from rfsl.figures.errors import error_bars
from rfsl.figures.style import save_figure
from rfsl.flights import Flight
from rfsl.models import RealAdaptRNet
from rfsl.tables import EvaluationTable, FlightFile, read_frame, write_frame
from rfsl.trajectories import Trajectory


def item(quality_db: float) -> FlightFile:
    rng = np.random.default_rng(0)
    position_m = np.column_stack([rng.uniform(0, 100, (1000, 2)), np.full(1000, 30.0)])
    flight = Flight(
        np.arange(1000) / 30.0,
        position_m,
        np.zeros((1000, 3)),
        rng.standard_normal(1000),
        np.full(1000, quality_db),
    )
    return FlightFile("t1", "f1", "l1", "testbed", (3.0, 4.0, 5.0), flight)


def fixed_network(x_m: float, y_m: float) -> RealAdaptRNet:
    """A network that always answers the same."""
    model = RealAdaptRNet(np.zeros(60, "f4"), np.ones(60, "f4"), (x_m, y_m), (1.0, 1.0))
    model.perceptron[-1].weight.data.zero_()  # type: ignore[union-attr, operator]
    model.perceptron[-1].bias.data.zero_()  # type: ignore[union-attr, operator]
    return model


def scores(quality_db: float) -> pd.DataFrame:
    trajectory = Trajectory(np.arange(10.0), np.zeros((10, 3)))
    networks = [ScoredNetwork(s, fixed_network(0.0, 5.0 * s)) for s in range(3)]
    return evaluate_trial(
        item(quality_db), networks, trajectory, ClusteredSettings(), FlightSettings()
    )


def test_errors_are_2d_distances(tmp_path: Path) -> None:
    frame = scores(72.0)
    assert frame["error_m"].tolist() == pytest.approx([5.0, np.hypot(3, 1), np.hypot(3, 6)])
    assert frame["usable"].all()
    assert (frame["latency_s"] > 0).all()
    write_frame(frame, tmp_path / "m.parquet", EvaluationTable)
    pd.testing.assert_frame_equal(
        read_frame(tmp_path / "m.parquet", EvaluationTable), frame, check_dtype=False
    )


def test_an_unlocked_flight_has_no_estimate(tmp_path: Path) -> None:
    frame = scores(42.0)
    assert not frame["usable"].any()
    assert frame["error_m"].isna().all()
    assert frame["reason"].str.contains("receiver locked in 0.0 %").all()
    write_frame(frame, tmp_path / "m.parquet", EvaluationTable)


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    frame = scores(72.0).drop(columns="error_m")
    with pytest.raises(DataError, match=r"m\.parquet: not a EvaluationTable"):
        write_frame(frame, path, EvaluationTable)
    assert not path.exists()
    path.write_bytes(b"PAR1")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_frame(path, EvaluationTable)


def two_trials() -> dict[str, pd.DataFrame]:
    first, second = scores(72.0), scores(72.0)
    second["trial"] = "t2"
    second["error_m"] = [1.0, 2.0, 3.0]
    unusable = scores(42.0)
    return {
        "good": pd.concat([first, second], ignore_index=True),
        "half": pd.concat([unusable, second], ignore_index=True),
    }


def summary() -> pd.DataFrame:
    labels = {"good": "Good", "half": "Half"}
    return summarize(two_trials(), ["t1", "t2"], labels, {("mean", "good"): 18.2})


def test_summary() -> None:
    table = summary().set_index(["mode", "trial"])
    assert table.loc[("good", "t2"), "mean_error_m"] == 2.0
    assert table.loc[("good", "t2"), "std_error_m"] == 1.0
    per_seed = np.array([6.0, np.hypot(3, 1) + 2.0, np.hypot(3, 6) + 3.0]) / 2
    assert table.loc[("good", "mean"), "mean_error_m"] == pytest.approx(per_seed.mean())
    assert table.loc[("good", "mean"), "std_error_m"] == pytest.approx(per_seed.std(ddof=1))
    assert table.loc[("good", "mean"), "published_error_m"] == 18.2
    assert np.isnan(table.loc[("half", "t1"), "mean_error_m"])
    assert "receiver locked" in table.loc[("half", "t1"), "note"]
    assert table.loc[("half", "mean"), "mean_error_m"] == 2.0
    assert table.loc[("half", "mean"), "note"] == "without t1"


def text_of(figure: Figure) -> str:
    return " | ".join(artist.get_text() for artist in figure.findobj(match=is_text))  # type: ignore[attr-defined]


def is_text(artist: object) -> bool:
    return hasattr(artist, "get_text")


def test_figure_shows_the_numbers_and_says_what_they_are(tmp_path: Path) -> None:
    figure = error_bars(summary())
    text = text_of(figure)
    assert "real AERPAW flights" in text
    assert "3 training seeds" in text
    assert "not usable" in text
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    assert sorted(heights) == pytest.approx(sorted(summary()["mean_error_m"].fillna(0.0)))
    synthetic = summary().assign(kind="synthetic")
    assert "synthetic trials" in text_of(error_bars(synthetic))
    save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    save_figure(error_bars(summary()), tmp_path / "b.pdf", tmp_path / "b.png")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_published_values() -> None:
    table = Path(__file__).parents[1] / "config/published/fig6a.tsv"
    assert read_published(table) == {("mean", "clustered_enhanced_two_ray"): 18.2}
    assert read_published(None) == {}
