"""The workflow on the real AERPAW flights."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.checkouts import FIGURE, checkout, snakemake, told

from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import read_frame

pytestmark = pytest.mark.workflow


@pytest.mark.afar
def test_real_flights(tmp_path: Path, afar_folder: Path) -> None:
    folder = checkout(tmp_path)
    config = ["--configfile", "config/afar.yaml", "tests/tiny.yaml"]
    scored = "[afar_300_3, afar_309_2, afar_309_3]"
    config += ["--config", "training={seeds: 1}", f"trials={{evaluate: {scored}}}"]
    run = snakemake(folder, FIGURE, *config, afar=afar_folder)
    assert run.returncode == 0, told(run)
    table = pd.read_csv(folder / "results/tables/fig6a.tsv", sep="\t")
    assert set(table["scope"]) == {"afar_309_2", "afar_309_3", "mean"}
    assert set(table["after_s"]) == {600}
    path = folder / "results/evaluation/clustered_free_space/none/600s.parquet"
    assert read_frame(path, EvaluationTable)["trial"].nunique() == 3
    assert (table["kind"] == "testbed").all()
    assert table["mean_error_m"].between(0, 500).all()
    for fold in ("location_2", "location_3"):
        calibration = pd.read_json(folder / f"results/calibration/{fold}.json", typ="series")
        left = fold.removeprefix("location_")
        assert all(not trial.endswith(left) for trial in calibration["trials"])
    # Once fetched, the folder is not needed any more.
    again = snakemake(folder, "-n", FIGURE, *config)
    assert "Nothing to be done" in told(again)
