"""Scores and their table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.flights import flight_file, scattered_flight
from support.helpers import text_of
from support.paths import ROOT

from rfsl.config.features import ClusteredSettings
from rfsl.config.flights import FlightSettings
from rfsl.errors import DataError
from rfsl.evaluation.realadaptrnet import network_candidate
from rfsl.evaluation.tables.ablation import ablation_table
from rfsl.evaluation.tables.comparison import localizer_table
from rfsl.evaluation.tables.error_summary import last_estimates, read_published, summarize
from rfsl.evaluation.tables.over_time import errors_over_time
from rfsl.evaluation.tables.teams import own_rows, read_teams, teams_without_error
from rfsl.evaluation.trials import Candidate, evaluate_trial
from rfsl.figures.ablation import ablation_panels
from rfsl.figures.error_bars import error_bars
from rfsl.figures.look import Look
from rfsl.figures.over_time import error_curves
from rfsl.figures.style import save_figure
from rfsl.flights.files import FlightFile
from rfsl.flights.flight import Flight
from rfsl.geometry.trajectories import Trajectory
from rfsl.io.records import read_json, write_json
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import read_frame, write_frame
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.networks.realadaptrnet.network import RealAdaptRNet
from rfsl.networks.realadaptrnet.training import Trained, TrainingSummary, save_trained

COLORS = {"good": "#0072B2", "half": "#E69F00"}


def item(quality_db: float) -> FlightFile:
    return flight_file(scattered_flight(quality_db=quality_db))


def fixed_network(folder: Path, seed: int, x_m: float, y_m: float) -> Path:
    """Folder of a network that always answers the same."""
    model = RealAdaptRNet(np.zeros(60, "f4"), np.ones(60, "f4"), (x_m, y_m), (1.0, 1.0))
    model.perceptron[-1].weight.data.zero_()  # type: ignore[union-attr, operator]
    model.perceptron[-1].bias.data.zero_()  # type: ignore[union-attr, operator]
    summary = TrainingSummary(
        parameters=1,
        flops=1,
        epochs=1,
        best_epoch=1,
        wall_s=1.0,
        device="cpu",
        seed=seed,
        validation_error_m=6.0 + seed,
        test_error_m=7.0 + seed,
    )
    path = folder / f"seed{seed}"
    save_trained(
        Trained(model, (), summary),
        path / "model.safetensors",
        path / "history.csv",
        path / "summary.json",
    )
    return path


def answering(x_m: float, y_m: float, seed: int = 0, after_s: int = 600) -> Candidate:
    return Candidate(lambda flight: Estimate(np.array([x_m, y_m])), after_s, seed, 7.0)


def scores(quality_db: float, after_s: int = 600) -> pd.DataFrame:
    flights = FlightSettings()
    rows = [
        evaluate_trial(
            item(quality_db),
            answering(0.0, 5.0 * seed, seed, after_s),
            flights,
        )
        for seed in range(3)
    ]
    return pd.concat(rows, ignore_index=True)


def test_errors_are_2d_distances(tmp_path: Path) -> None:
    frame = scores(72.0)
    assert frame["error_m"].tolist() == pytest.approx([5.0, np.hypot(3, 1), np.hypot(3, 6)])
    assert frame["usable"].all()
    assert (frame["latency_s"] > 0).all()
    write_frame(frame, tmp_path / "m.parquet", EvaluationTable)
    pd.testing.assert_frame_equal(
        read_frame(tmp_path / "m.parquet", EvaluationTable), frame, check_dtype=False
    )


def test_networks_are_scored_with_what_they_were_trained_on(tmp_path: Path) -> None:
    """A network's folder is enough; it sees the flight up to its time."""
    trajectory = Trajectory(np.arange(10.0), np.zeros((10, 3)))
    settings, flights = ClusteredSettings(), FlightSettings()
    folder = fixed_network(tmp_path, 2, 0.0, 4.0)
    row = evaluate_trial(
        item(72.0),
        network_candidate(folder, settings, trajectory, 30, flights),
        flights,
    ).iloc[0]
    assert (row["seed"], row["simulated_error_m"], row["after_s"]) == (2, 9.0, 30)
    assert row["error_m"] == pytest.approx(3.0)
    short = network_candidate(folder, settings, trajectory, 1, flights)
    row = evaluate_trial(item(72.0), short, flights).iloc[0]
    assert not row["usable"]
    assert "15 grouped samples cannot be cut into 20 clusters" in row["reason"]


def test_an_unlocked_flight_has_no_estimate(tmp_path: Path) -> None:
    frame = scores(42.0)
    assert not frame["usable"].any()
    assert frame["error_m"].isna().all()
    assert frame["reason"].str.contains("receiver locked in 0.0 %").all()
    write_frame(frame, tmp_path / "m.parquet", EvaluationTable)


def test_a_fault_is_not_an_unusable_flight() -> None:
    def faulty(flight: Flight) -> Estimate:
        raise ValueError("shapes do not match")

    with pytest.raises(ValueError, match="shapes do not match"):
        evaluate_trial(item(72.0), Candidate(faulty, 600), FlightSettings())


def test_a_damaged_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    frame = scores(72.0).drop(columns="error_m")
    with pytest.raises(DataError, match=r"m\.parquet: not a EvaluationTable"):
        write_frame(frame, path, EvaluationTable)
    assert not path.exists()
    path.write_bytes(b"PAR1")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_frame(path, EvaluationTable)


def test_a_damaged_record_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    for text in ("", "{", "[1]"):
        path.write_text(text)
        with pytest.raises(DataError, match=r"summary\.json: .*delete it and run again"):
            read_json(path)
    with pytest.raises(DataError, match=r"nothing\.json: cannot be read"):
        read_json(tmp_path / "nothing.json")
    write_json({"seed": 3}, path)
    assert read_json(path) == {"seed": 3}


def two_trials() -> dict[str, pd.DataFrame]:
    first, second = scores(72.0), scores(72.0)
    second["trial"] = "t2"
    second["error_m"] = [1.0, 2.0, 3.0]
    unusable = scores(42.0)
    early = scores(72.0, after_s=180)
    return {
        "good": pd.concat([early, first, second], ignore_index=True),
        "half": pd.concat([unusable, second], ignore_index=True),
    }


LABELS = {"good": "Good", "half": "Half"}
GROUPS = {"t1": ["t1"], "t2": ["t2"], "mean": ["t1", "t2"]}


def summary() -> pd.DataFrame:
    return summarize(two_trials(), GROUPS, LABELS, {("mean", "good"): [18.2, 16.1]})


def test_summary() -> None:
    table = last_estimates(summary()).set_index(["mode", "scope"])
    assert table.loc[("good", "t2"), "mean_error_m"] == 2.0
    assert table.loc[("good", "t2"), "std_error_m"] == 1.0
    per_seed = np.array([6.0, np.hypot(3, 1) + 2.0, np.hypot(3, 6) + 3.0]) / 2
    assert table.loc[("good", "mean"), "mean_error_m"] == pytest.approx(per_seed.mean())
    assert table.loc[("good", "mean"), "std_error_m"] == pytest.approx(per_seed.std(ddof=1))
    published = ["published_error_m", "published_again_m"]
    assert table.loc[("good", "mean"), published].tolist() == [18.2, 16.1]
    assert table.loc[("good", "t1"), published].isna().all()
    synthetic = {mode: frame.assign(kind="synthetic") for mode, frame in two_trials().items()}
    other = summarize(synthetic, GROUPS, LABELS, {("mean", "good"): [18.2, 16.1]})
    assert other[published].isna().all().all()  # they are of real flights
    assert table.loc[("good", "mean"), "simulated_error_m"] == 7.0
    assert np.isnan(table.loc[("half", "t1"), "mean_error_m"])
    assert "receiver locked" in table.loc[("half", "t1"), "note"]
    assert table.loc[("half", "mean"), "mean_error_m"] == 2.0
    assert table.loc[("half", "mean"), "note"].startswith("without t1: receiver locked in 0.0 %")


def test_earlier_estimates_stand_in_the_table() -> None:
    table = summary()
    early = table[table["after_s"] == 180].set_index("scope")
    assert set(early["mode"]) == {"good"}
    assert early.loc["t1", "mean_error_m"] == pytest.approx(
        (5 + np.hypot(3, 1) + np.hypot(3, 6)) / 3
    )


def test_teams() -> None:
    teams = read_teams(ROOT / "config/published/afar_teams.tsv")
    assert "Eagles" in teams_without_error(teams)
    assert "SunLab" not in teams_without_error(teams)
    trials = {
        "uga": {"flight": "288", "location": "location_3", "kind": "testbed"},
        "other": {"flight": "300", "location": "location_3", "kind": "testbed"},
    }
    groups = {"uga": ["uga"], "other": ["other"], "mean": ["uga", "other"]}
    own = own_rows(teams, groups, trials, [600])
    assert own[["scope", "mean_error_m", "after_s"]].to_numpy().tolist() == [["uga", 129.8, 600]]
    both = own_rows(teams, groups, trials, [180, 600])
    assert both["mean_error_m"].tolist() == [230.8, 129.8]
    assert len(read_teams(None)) == 0
    assert len(own_rows(read_teams(None), groups, trials, [600])) == 0


def test_ablation_table(tmp_path: Path) -> None:
    folders = [fixed_network(tmp_path, seed, 0.0, 0.0) for seed in range(3)]
    variants = [
        {"key": "clusters", "value": 20, "mode": "good"},
        {"key": "clusters", "value": 30, "mode": "half"},
    ]
    networks = {"good": folders, "half": folders[:1]}
    table = ablation_table(variants, "good", two_trials(), networks)
    assert table["base"].tolist() == [True, False]
    assert table["seeds"].tolist() == [3, 1]
    assert table.loc[0, ["validation_error_m", "validation_std_m"]].tolist() == [7.0, 1.0]
    assert table.loc[1, "test_error_m"] == 7.0
    assert np.isnan(table.loc[1, "test_std_m"])
    assert table.loc[1, "trial_error_m"] == 2.0
    figure = ablation_panels(table, "Good", Look())
    assert "real AERPAW flights" in text_of(figure)
    assert len(figure.axes) == 2


def test_figure_shows_the_numbers_and_says_what_they_are(tmp_path: Path) -> None:
    figure = error_bars(summary(), COLORS, Look(), own_error_m={"t1": 9.0}, notes="no flight 301")
    text = text_of(figure)
    for words in ("real AERPAW flights", "3 training seeds", "not usable", "after 10 min"):
        assert words in text
    for words in ("after 3 min", "published", "own estimate", "no flight 301", "simulated"):
        assert words in text
    heights = [bar.get_height() for bar in figure.axes[0].patches]
    shown = last_estimates(summary())
    expected = [*shown["mean_error_m"].fillna(0.0), 7.0, 7.0]  # and the simulated test sources
    assert sorted(heights) == pytest.approx(sorted(expected))
    synthetic = summary().assign(kind="synthetic", simulated_error_m=float("nan"))
    assert "synthetic trials" in text_of(error_bars(synthetic, COLORS, Look()))
    assert "simulated" not in text_of(error_bars(synthetic, COLORS, Look()))
    (diamonds,) = [line for line in figure.axes[0].lines if "published" in str(line.get_label())]
    assert list(diamonds.get_ydata()) == [18.2, 16.1]
    save_figure(figure, tmp_path / "a.pdf", tmp_path / "a.png")
    again = error_bars(summary(), COLORS, Look(), own_error_m={"t1": 9.0}, notes="no flight 301")
    save_figure(again, tmp_path / "b.pdf", tmp_path / "b.png")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def sure(x_m: float, after_s: int, spread_m: float) -> Candidate:
    """Answers with a posterior of two equal cells."""
    place_m = np.array([x_m, 0.0])
    cells_m = place_m + np.array([[-spread_m, 0.0], [spread_m, 0.0]])
    posterior = Posterior(cells_m, np.full(2, 0.5), np.full(2, np.pi * spread_m**2 / 2.0))
    return Candidate(lambda flight: Estimate(place_m, posterior), after_s)


def test_errors_over_time(tmp_path: Path) -> None:
    flights = FlightSettings()
    early, late = (
        item(42.0),
        item(72.0),
    )
    evaluations = {
        "good": pd.concat(
            [
                evaluate_trial(early, sure(3.0, 180, 8.0), flights),
                evaluate_trial(late, sure(3.0, 600, 2.0), flights),
            ]
        ),
        "half": pd.concat(
            [
                evaluate_trial(late, answering(3.0, 0.0, after_s=180), flights),
                evaluate_trial(late, answering(3.0, 3.0, after_s=600), flights),
            ]
        ),
    }
    table = errors_over_time(evaluations, LABELS, [180, 600])
    rows = table.set_index(["mode", "after_s"])
    assert table["mode"].tolist() == ["good", "good", "half", "half"]
    assert np.isnan(rows.loc[("good", 180), "error_m"])
    assert "receiver locked in 0.0 %" in rows.loc[("good", 180), "note"]
    shown = ["error_m", "expected_error_m", "radius_90_m"]
    assert rows.loc[("good", 600), shown].tolist() == pytest.approx([4.0, 2.0, 2.0])
    assert rows.loc[("half", 600), "error_m"] == pytest.approx(1.0)
    figure = error_curves(table, COLORS, Look(), {"t1": "Trial 1"})
    text = text_of(figure)
    for words in (
        "Trial 1, l1",
        "real AERPAW flights",
        "Trial 1 after 3 min (Good)",
        "error that the mode expects",
    ):
        assert words in text
    drawn = [line.get_ydata() for line in figure.axes[0].lines]
    assert any(np.array_equal(values, [4.0, 1.0]) for values in drawn)  # of mode half
    plain = error_curves(table[table["mode"] == "half"], COLORS, Look(), {})
    assert "expects" not in text_of(plain)
    assert "blank" not in text_of(plain)
    nothing = error_curves(table[table["error_m"].isna()], COLORS, Look(), {})
    assert "blank where a flight cannot be used: t1 after 3 min" in text_of(nothing)
    save_figure(figure, tmp_path / "f.pdf", tmp_path / "f.png")


def test_localizer_table() -> None:
    flights = FlightSettings()
    sources = {"t1": (3.0, 4.0, 5.0), "t2": (300.0, 0.0, 5.0)}
    files = [replace(item(72.0), trial=name, source_m=place) for name, place in sources.items()]
    own = [evaluate_trial(file, sure(10.0, 600, 8.0), flights) for file in files]
    own[0]["source_share"], own[1]["source_share"] = 0.7, 0.95
    evaluations = two_trials() | {"sure": pd.concat(own, ignore_index=True)}
    labels = LABELS | {"sure": "Sure"}
    bounds = pd.DataFrame(
        {"trial": ["t1", "t2"], "after_s": [600, 600], "cramer_rao_m": [4.0, float("nan")]}
    )
    redrawn = pd.DataFrame(
        {
            "trial": ["t1"] * 2 + ["t2"] * 2 + ["t1"] * 2,
            "after_s": [600] * 4 + [180] * 2,
            "number": [0, 1] * 3,
            "error_m": [2.0, 4.0, 10.0, 20.0, 30.0, 30.0],
        }
    )
    table = localizer_table(evaluations, GROUPS, labels, bounds, redrawn)
    rows = table.set_index(["mode", "after_s", "trial"])
    assert rows.index.is_unique
    mean = rows.loc[("sure", 600, "mean")]
    assert mean["expected_error_m"] == pytest.approx(8.0)
    assert mean["region_90_m2"] == pytest.approx(np.pi * 64.0)
    assert mean[["in_region_50", "in_region_90"]].tolist() == [0.0, 0.5]
    assert rows.loc[("sure", 600, "t1"), "in_region_90"] == 1.0
    assert rows.loc[("sure", 600, "t1"), "mean_error_m"] == pytest.approx(np.hypot(7.0, 4.0))
    plain = rows.loc[("good", 600, "mean")]
    assert plain["seeds"] == 3
    assert plain[["expected_error_m", "region_50_m2", "in_region_50"]].isna().all()
    assert "receiver locked" in rows.loc[("half", 600, "t1"), "note"]
    assert rows.xs((600, "t1"), level=("after_s", "trial"))["cramer_rao_m"].tolist() == [4.0] * 3
    for without in (("good", 180, "t1"), ("sure", 600, "t2"), ("sure", 600, "mean")):
        assert np.isnan(rows.loc[without, "cramer_rao_m"])
    assert rows.loc[("good", 600, "t2"), "ideal_error_m"] == 15.0
    # Of the redraws the mean over trials is 6 and 12 m.
    assert rows.loc[("half", 600, "mean"), "ideal_error_m"] == 9.0
    assert rows.loc[("half", 600, "mean"), "ideal_low_m"] == pytest.approx(6.3)
    assert rows.loc[("half", 600, "mean"), "ideal_high_m"] == pytest.approx(11.7)
    assert np.isnan(rows.loc[("good", 180, "mean"), "ideal_error_m"])  # t2 has none by then
    assert table.columns[-1] == "note"


def test_published_values() -> None:
    table = ROOT / "config/published/paper.tsv"
    stated = read_published(table, "fig6a")
    assert stated["mean", "clustered_enhanced_two_ray"] == [18.2, 16.12]
    assert stated["afar_309_3", "normalized_enhanced_two_ray"] == [107.9]
    assert read_published(table, "fig6c") == {("mean", "clustered_enhanced_two_ray"): [35.403]}
    assert read_published(None, "fig6a") == {}
