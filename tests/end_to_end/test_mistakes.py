"""What a user is told before any job runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.checkouts import FIGURE, checkout, snakemake, told
from support.paths import ROOT

pytestmark = pytest.mark.workflow


@pytest.mark.parametrize(
    ("overlay", "texts"),
    [
        ("sead: 3", ["sead: unknown key", "Did you mean seed?"]),
        (
            "training: {steps: 3}",
            ["training.steps: unknown key (value 3)", "Allowed: batch_size", "epochs"],
        ),
        ("spiral: {height_m: -3}", ["spiral.height_m: found -3", "greater than 0"]),
        ("trials: {evaluate: [nobody]}", ["trials.evaluate: found nobody", "synthetic_1"]),
    ],
)
def test_a_wrong_config_stops_before_any_job(
    tmp_path: Path, overlay: str, texts: list[str]
) -> None:
    folder = checkout(tmp_path)
    (folder / "mine.yaml").write_text(overlay)
    run = snakemake(folder, FIGURE, "--configfile", "mine.yaml")
    assert run.returncode != 0
    for text in texts:
        assert text in told(run)
    assert "Traceback" not in told(run)
    assert not (folder / "results").exists()


def test_offline_without_flights(tmp_path: Path) -> None:
    """The one error names the file, its address and the two ways out."""
    folder = checkout(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    run = snakemake(
        folder,
        "results/flights/afar_309_2.parquet",
        "--configfile",
        "config/afar.yaml",
        afar=empty,
    )
    assert run.returncode != 0
    for text in (
        "results_useful_ori_exp_309_loc_2.mat is not in",
        "https://raw.githubusercontent.com/MPACT-Lab/shadow-fading-ang-corr/823cc72b",
        "Two ways out",
    ):
        assert text in told(run)
    assert "Traceback" not in told(run)


def test_lint() -> None:
    run = snakemake(ROOT, "--lint")
    assert run.returncode == 0, told(run)
