"""The workflow outside its checkout: by its Snakefile, in a directory, as a module."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.checkouts import FIGURE, jobs, snakemake, told
from support.paths import ROOT

pytestmark = pytest.mark.workflow

TRAJECTORY = "results/trajectory.parquet"
MODULE = f"""
module rfsl:
    snakefile: "{ROOT}/Snakefile"
    config: config

use rule * from rfsl
"""


def test_by_the_path_of_the_snakefile(tmp_path: Path) -> None:
    """Nothing of the checkout is copied, and nothing is written to it."""
    run = snakemake(tmp_path, "-s", f"{ROOT}/Snakefile", TRAJECTORY)
    assert run.returncode == 0, told(run)
    assert (tmp_path / TRAJECTORY).is_file()
    assert {path.name for path in tmp_path.iterdir()} == {".snakemake", "results"}
    assert "None" not in told(run)  # such as "Shell command: None"
    wanted = jobs(snakemake(tmp_path, "-s", f"{ROOT}/Snakefile", "-n", FIGURE))
    assert "fig6a" in wanted
    run = snakemake(tmp_path, "-s", f"{ROOT}/Snakefile", "-n", "results/flights/one.parquet")
    assert "the config has no trial one" in told(run)


def test_in_a_directory(tmp_path: Path) -> None:
    """Results of several configs beside each other; an overlay is named from where one stands."""
    (tmp_path / "mine.yaml").write_text("spiral: {sample_interval_s: 0.1}")
    arguments = ("-s", f"{ROOT}/Snakefile", "--configfile=mine.yaml", "--directory=mine")
    run = snakemake(tmp_path, *arguments, TRAJECTORY)
    assert run.returncode == 0, told(run)
    assert (tmp_path / "mine" / TRAJECTORY).is_file()
    assert not (tmp_path / "results").exists()


def test_the_default_config_of_the_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("sead: 3")
    run = snakemake(tmp_path, "-s", f"{ROOT}/Snakefile", TRAJECTORY)
    assert "sead: unknown key" in told(run)


def test_as_a_module(tmp_path: Path) -> None:
    (tmp_path / "Snakefile").write_text(MODULE)
    run = snakemake(tmp_path, TRAJECTORY, "--config", "spiral={sample_interval_s: 0.1}")
    assert run.returncode == 0, told(run)
    assert (tmp_path / TRAJECTORY).is_file()
