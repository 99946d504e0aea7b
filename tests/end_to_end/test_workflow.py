"""The workflow as a user runs it: in a copy of the checkout, on a tiny config."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from support.checkouts import (
    FIGURE,
    TARGETS,
    TINY,
    checkout,
    jobs,
    snakemake,
    told,
)
from support.page_commands import (
    SMALL,
    commands_by,
)
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.features.files import read_features
from rfsl.io.schemas import BoundTable, EvaluationTable, HeatmapTable, RedrawnTable, SimulatedTable
from rfsl.io.tables import read_frame

pytestmark = pytest.mark.workflow

SMALL_CONFIG = yaml.safe_load((ROOT / "tests/tiny.yaml").read_text())


def test_makes_the_figure_and_its_table(finished: Path) -> None:
    assert (finished / FIGURE).read_bytes().startswith(b"%PDF")
    assert (finished / "results/figures/fig6a.png").read_bytes().startswith(b"\x89PNG")
    table = pd.read_csv(finished / "results/tables/fig6a.tsv", sep="\t")
    assert list(table["scope"]) == ["synthetic_1", "synthetic_2", "mean"] * 4
    assert (table["kind"] == "synthetic").all()
    kriging = table["mode"] == "kriging_calibrated"
    assert (table.loc[~kriging, "seeds"] == 2).all()
    assert table.loc[kriging, "radius_90_m"].between(1.0, 500.0).all()
    assert table["published_error_m"].isna().all()  # the paper's errors are of real flights
    assert table["mean_error_m"].between(0, 500).all()
    scores = read_frame(
        finished / "results/evaluation/clustered_free_space/none/600s.parquet", EvaluationTable
    )
    recomputed = np.hypot(
        scores["estimate_x_m"] - scores["source_x_m"], scores["estimate_y_m"] - scores["source_y_m"]
    )
    np.testing.assert_allclose(scores["error_m"], recomputed)


def test_calibration_leaves_the_scored_location_out(finished: Path) -> None:
    for fold, trial in (("location_2", "synthetic_2"), ("location_3", "synthetic_1")):
        calibration = pd.read_json(finished / f"results/calibration/{fold}.json", typ="series")
        assert calibration["trials"] == [trial]
    assert not (finished / "results/calibration/none.json").exists()


def test_figures_of_the_field_model(finished: Path) -> None:
    """Figures 1, 4(a), 5 and the legs, on the flights that are there already."""
    for name in ("fig1", "fig4a", "fig5", "legs"):
        assert (finished / f"results/figures/{name}.pdf").read_bytes().startswith(b"%PDF")
    errors = pd.read_csv(finished / "results/tables/fig5.tsv", sep="\t")
    assert set(errors["scope"]) == {"synthetic_1", "synthetic_2", "location_2", "location_3", "all"}
    assert set(errors["model"]) == set(Config().figures.fig5.models)
    assert (errors["median_db"] < errors["p90_db"]).all()
    rows = pd.read_csv(finished / "results/tables/calibration.tsv", sep="\t")
    assert list(rows["left_out"]) == ["location_2", "location_3"]
    assert list(rows["trials"]) == ["synthetic_2", "synthetic_1"]


def test_figures_of_the_comparison(finished: Path) -> None:
    """Figures 6(b) and 6(c), error against time, and the ablation of the clustering."""
    names = ("fig6b", "fig6c", "error_time", "clustering")
    tables = {
        name: pd.read_csv(finished / f"results/tables/{name}.tsv", sep="\t") for name in names
    }
    classical = tables["fig6b"][tables["fig6b"]["mode"] == "grid_free_space"]
    assert list(classical["scope"]) == ["synthetic_1", "synthetic_2", "mean"]
    assert (classical["seeds"] == 1).all()
    assert set(tables["fig6c"]["scope"]) == {"spiral", "mean"}
    times = tables["error_time"]
    assert set(times["after_s"]) == {300, 600}
    assert list(dict.fromkeys(times["trial"])) == ["synthetic_1", "synthetic_2"]
    last = times[(times["mode"] == "grid_free_space") & (times["after_s"] == 600)]
    assert last["error_m"].tolist() == pytest.approx(
        classical["mean_error_m"].tolist()[:2], rel=1e-5
    )
    ablation = tables["clustering"]
    assert set(ablation["key"]) == set(SMALL_CONFIG["ablation"]["sweeps"])
    assert len(set(ablation["mode"])) == 3
    assert ablation.loc[ablation["base"], "validation_error_m"].nunique() == 1
    assert (ablation["seeds"] == 2).all()
    assert ablation["validation_error_m"].between(0, 500).all()


def test_pages(finished: Path) -> None:
    """A page per flight and one of the errors, small enough to send, what they show in words."""
    for name in ("error_time", "replay_synthetic_1", "replay_synthetic_2"):
        page = finished / f"results/pages/{name}.html"
        assert page.stat().st_size < 3_000_000
        assert "Data: synthetic trials" in page.read_text()
    text = (finished / "results/pages/replay_synthetic_1.html").read_text()
    assert "calibrated without the flights at location_2" in text
    assert "results/calibration/location_2.json" in text
    times = pd.read_csv(finished / "results/tables/error_time.tsv", sep="\t")
    chosen = (times["mode"] == "kriging_calibrated") & (times["trial"] == "synthetic_1")
    for error_m in times.loc[chosen, "error_m"]:
        assert f"<td>{error_m:.1f}</td>" in text  # the same flight up to the same times


def test_limits(finished: Path) -> None:
    """The bound of each trial, and simulated flights beside the ideal posterior."""
    rows = read_frame(finished / "results/evaluation/bounds.parquet", BoundTable)
    assert list(rows["trial"]) == ["synthetic_1", "synthetic_2"]
    assert rows["cramer_rao_m"].between(0.1, 100.0).all()
    again = read_frame(finished / "results/evaluation/redrawn.parquet", RedrawnTable)
    assert again.groupby("trial").size().to_dict() == {"synthetic_1": 3, "synthetic_2": 3}
    table = pd.read_csv(finished / "results/tables/simulated.tsv", sep="\t")
    table = table.set_index(["mode", "region", "trajectory"])
    folds = ("location_2", "location_3")
    scores = [
        read_frame(
            finished / f"results/evaluation/simulated/kriging_calibrated/{fold}.parquet",
            SimulatedTable,
        )
        for fold in folds
    ]
    row = table.loc[("kriging_calibrated", "all", "all")]
    assert row["flights"] == 6
    assert row["mean_error_m"] == pytest.approx(pd.concat(scores)["error_m"].mean(), rel=1e-5)
    ideal = table.loc[("ideal", "all", "all")]
    assert row["ideal_error_m"] == ideal["mean_error_m"]


def test_heatmaps(finished: Path) -> None:
    """Modes on radio maps: their figures and tables, and the row of one on the trials."""
    tables = [f"results/tables/{name}.tsv" for name in ("heatmap", "heatmap_completion")]
    modes = [
        f"results/evaluation/{mode}/none/600s.parquet" for mode in ("proposal", "proposal_rss_only")
    ]
    table = pd.read_csv(finished / tables[0], sep="\t")
    assert list(dict.fromkeys(table["mode"])) == [
        *SMALL_CONFIG["figures"]["heatmap"]["modes"],
        "two_laws",
    ]
    conditions = table.groupby("mode").size()
    assert (conditions == 6).all()  # two ways to measure, two coverages, and one more noise
    scores = read_frame(finished / "results/evaluation/heatmap/LocUNet.parquet", HeatmapTable)
    assert scores["error_m"].between(0.0, 600.0).all()
    row = table[(table["mode"] == "LocUNet") & (table["noise_rate"] == 1.0)].iloc[0]
    chosen = (scores["noise_rate"] == 1.0) & (scores["sampling"] == row["sampling"])
    rmse_m = np.sqrt(np.square(scores.loc[chosen, "error_m"]).mean())
    assert row["rmse_m"] == pytest.approx(rmse_m, rel=1e-4)
    completed = pd.read_csv(finished / tables[1], sep="\t")
    methods = {"nearest_neighbour", "kriging", "two_laws", "completed_rss", "corrected_rss"}
    assert methods <= set(completed["method"])
    without, with_rss = (read_frame(finished / path, EvaluationTable) for path in modes)
    assert not without["usable"].any()
    assert (without["reason"].str.contains("angles of arrival")).all()
    assert with_rss["usable"].all()
    assert with_rss["source_share"].between(0.0, 1.0).all()


def test_calibrated_simulator(finished: Path) -> None:
    """The calibrated model with the calibrated receiver runs through to features."""
    target = "results/features/clustered/calibrated/location_2/600s/test.parquet"
    assert read_features(finished / target).features.shape == (10, 60)


def test_where_time_and_memory_went(finished: Path, tmp_path: Path) -> None:
    folder = checkout(tmp_path)
    shutil.copytree(finished / "results/benchmarks", folder / "results/benchmarks")
    run = snakemake(folder, "results/figures/cost.pdf", *TINY)
    assert run.returncode == 0, told(run)
    table = pd.read_csv(folder / "results/tables/cost.tsv", sep="\t")
    measured = list((finished / "results/benchmarks").rglob("*.tsv"))
    assert table["jobs"].sum() == len(measured)
    assert {"simulation", "features", "training", "evaluation", "figures"} <= set(table["stage"])
    assert table["share"].sum() == pytest.approx(1.0, abs=1e-6 * len(table))  # six digits each
    assert (table["memory_mb"] > 50.0).all()
    again = snakemake(folder, "-n", "results/figures/cost.pdf", *TINY)
    assert "Nothing to be done" in told(again)
    (folder / "results/benchmarks/trajectory.tsv").write_text(
        (folder / "results/benchmarks/simulation/free_space/none/test/0.tsv").read_text()
    )
    assert jobs(snakemake(folder, "-n", "results/figures/cost.pdf", *TINY)) == {"cost"}


def test_every_job_has_a_log(finished: Path) -> None:
    log = (finished / "results/logs/models/clustered_free_space/none/600s/seed0.log").read_text()
    for text in ("rule train", "params", "validation_error_m", "done in"):
        assert text in log


def test_what_the_small_run_makes(finished: Path) -> None:
    for command in commands_by(SMALL):
        (target,) = [word for word in command.split() if word.startswith("results/")]
        assert target in TARGETS, command
        assert (finished / target).stat().st_size > 0
