"""The workflow on a real Slurm: a cluster of one node, started for these tests alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from support.checkouts import FIGURE, TINY, checkout, environment, told
from support.paths import ROOT

pytestmark = pytest.mark.slurm


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of a running Slurm; skipped where there is no script to start one."""
    scripts = Path(os.environ.get("RFSL_SLURM_DIR") or ROOT.parent / "shared" / "slurm")
    if not (scripts / "slurm_up.sh").is_file():
        pytest.skip(f"no Slurm to start here ({scripts}); set RFSL_SLURM_DIR")
    folder = tmp_path_factory.mktemp("slurm")
    # `nproc` takes this for the number of cores.
    variables = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    try:
        subprocess.run([scripts / "slurm_up.sh", folder], env=variables, check=True, timeout=300)
        yield folder
    finally:
        subprocess.run([scripts / "slurm_down.sh", folder], check=True, timeout=60)


def by_slurm(folder: Path, cluster: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--profile", "slurm", *arguments],
        cwd=folder,
        env=environment() | {"SLURM_CONF": str(cluster / "etc/slurm.conf")},
        capture_output=True,
        text=True,
        timeout=1200,
    )


def records(cluster: Path) -> list[dict[str, str]]:
    """What Slurm wrote down of each job that came to its end."""
    lines = (cluster / "log/jobcomp.log").read_text().splitlines()
    return [dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines]


def remembered(cluster: Path) -> list[str]:
    """What the running Slurm knows of its jobs, also of those that have ended lately."""
    command = ["scontrol", "--oneliner", "show", "jobs"]
    variables = environment() | {"SLURM_CONF": str(cluster / "etc/slurm.conf")}
    run = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_the_figure_is_made_by_slurm(tmp_path: Path, cluster: Path) -> None:
    folder = checkout(tmp_path)
    modes = ["clustered_free_space", "clustered_enhanced_two_ray"]
    changes = {
        "training": {"seeds": 1},
        "compute": {"gpus": 1},
        "figures": {"fig6a": {"modes": modes}},
    }
    (folder / "mine.yaml").write_text(yaml.safe_dump(changes))
    before = len(records(cluster))
    run = by_slurm(folder, cluster, FIGURE, *TINY, "mine.yaml")
    assert run.returncode == 0, told(run)
    assert (folder / FIGURE).read_bytes().startswith(b"%PDF")
    ran = records(cluster)[before:]
    assert ran and {job["JobState"] for job in ran} == {"COMPLETED"}
    assert {Path(job["WorkDir"]) for job in ran} == {folder}
    # Each training asked for the GPU; nothing else did.
    trained = list((folder / "results/models").rglob("model.safetensors"))
    assert len(trained) == 3
    assert sum("gres:gpu:1" in job for job in remembered(cluster)) == len(trained)
    # Short jobs went together: more logs of jobs than jobs of Slurm.
    logs = list((folder / "results/logs").rglob("*.log"))
    by_itself = [path for path in logs if "slurm" in path.parts]
    assert len(logs) - len(by_itself) > 2 * len(ran)
    assert {path.stem for path in by_itself} <= {job["JobId"] for job in ran}
