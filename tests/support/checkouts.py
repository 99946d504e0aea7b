"""The workflow as a user runs it: in a copy of the checkout, on a tiny config."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq

from support.paths import ROOT

FIGURE = "results/figures/fig6a.pdf"
TINY = ("--configfile", "tests/tiny.yaml")
#: What is made once, for the tests of what was made and of what runs again.
TARGETS = (
    *(f"results/figures/{name}.pdf" for name in ("fig1", "fig4a", "fig5", "legs")),
    *(f"results/figures/{name}.pdf" for name in ("fig6a", "fig6b", "fig6c", "error_time")),
    *("results/figures/clustering.pdf", "results/tables/calibration.tsv"),
    *("results/evaluation/bounds.parquet", "results/evaluation/redrawn.parquet"),
    *("results/tables/simulated.tsv", "results/figures/coverage.pdf"),
    "results/figures/planning.pdf",
    *(f"results/pages/{name}.html" for name in ("error_time", "replay_synthetic_1")),
    "results/pages/replay_synthetic_2.html",
    *(f"results/figures/heatmap_{name}.pdf" for name in ("coverage", "noise", "panels")),
    *(f"results/tables/heatmap_{name}.tsv" for name in ("completion", "original", "whole_map")),
    *(f"results/evaluation/{mode}/none/600s.parquet" for mode in ("proposal", "proposal_rss_only")),
    "results/features/clustered/calibrated/location_2/600s/test.parquet",
)
_PARTS = ("Snakefile", "workflow", "config", "envs", "profiles", "slurm", "src", "tests/tiny.yaml")


def checkout(folder: Path) -> Path:
    """Copy what the workflow needs into `folder`, without results."""
    for part in _PARTS:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, target, ignore=ignore)
        else:
            shutil.copy(source, target)
    return folder


def environment(afar: Path | None = None) -> dict[str, str]:
    """That of a user who has set nothing but, perhaps, where the real flights are."""
    values = {k: v for k, v in os.environ.items() if k not in {"RFSL_AFAR_DIR", "PYTHONPATH"}}
    return values if afar is None else values | {"RFSL_AFAR_DIR": str(afar)}


def snakemake(
    folder: Path, *arguments: str, afar: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=folder,
        env=environment(afar),
        capture_output=True,
        text=True,
        timeout=2400,
    )


def told(run: subprocess.CompletedProcess[str]) -> str:
    return run.stdout + run.stderr


def jobs(run: subprocess.CompletedProcess[str]) -> set[str]:
    """Jobs that a dry run names, as "train mode=clustered_free_space,seed=0,..."."""
    assert run.returncode == 0, told(run)
    found = set()
    for block in re.split(r"^(?:local)?rule ", told(run), flags=re.MULTILINE)[1:]:
        wildcards = re.search(r"^    wildcards: (.*)$", block, flags=re.MULTILINE)
        values = sorted(wildcards[1].split(", ")) if wildcards else []
        found.add(" ".join([block.partition(":")[0], ",".join(values)]).strip())
    return found


def results(folder: Path) -> dict[str, Path]:
    """What a run made, by name: not its logs, and not what its jobs took."""
    root = folder / "results"
    names = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {k: v for k, v in names.items() if k.partition("/")[0] not in {"logs", "benchmarks"}}


def differing(made: dict[str, Path], wanted: dict[str, Path]) -> list[str]:
    """Names of files that are not the same in both, but for what a clock says in them."""
    return [name for name, path in made.items() if _content(path) != _content(wanted[name])]


def _content(path: Path) -> bytes:
    if path.name == "summary.json":
        return re.sub(rb'"(wall_s|scenes_per_s)": [\d.e+-]+', b"", path.read_bytes())
    if path.suffix == ".parquet":  # whose rows may be grouped by shard
        columns = pq.read_table(path).to_pydict()
        return repr({k: v for k, v in columns.items() if k != "latency_s"}).encode()
    return path.read_bytes()
