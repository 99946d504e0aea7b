"""The whole of Figure 6(a) at the paper's size: its time, the most memory, the disk, and where they
went. Needs an idle machine; run it by `make bench-paper`."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import psutil

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.checkouts import FIGURE, checkout, environment  # noqa: E402

CORES = 2
_MEGABYTE = 1e6


def resident_mb(process: psutil.Process) -> float:
    """Memory of a process and all below it; what they share is counted by each."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / _MEGABYTE


def main() -> None:
    overlay = Path(__file__).with_suffix(".yaml")
    snakemake = [sys.executable, "-m", "snakemake", "--cores", str(CORES)]
    config = ["--configfile", str(overlay)]
    with tempfile.TemporaryDirectory() as name:
        folder = checkout(Path(name))
        started_s = time.perf_counter()
        with (folder / "run.log").open("w") as log:
            run = subprocess.Popen(
                [*snakemake, FIGURE, *config], cwd=folder, env=environment(), stdout=log, stderr=log
            )
            most_mb = 0.0
            while run.poll() is None:
                most_mb = max(most_mb, resident_mb(psutil.Process(run.pid)))
                time.sleep(0.5)
        wall_s = time.perf_counter() - started_s
        if run.returncode:
            sys.exit((folder / "run.log").read_text()[-5000:])
        files = [path for path in (folder / "results").rglob("*") if path.is_file()]
        disk_mb = sum(path.stat().st_size for path in files) / _MEGABYTE
        cost = [*snakemake, "results/figures/cost.pdf", *config]
        subprocess.run(cost, cwd=folder, env=environment(), check=True, capture_output=True)
        stages = pd.read_csv(folder / "results/tables/cost.tsv", sep="\t")
        errors = pd.read_csv(folder / "results/tables/fig6a.tsv", sep="\t")
    busy_s = stages["wall_s"].sum() / CORES
    print(stages.to_string(index=False))
    print(errors[["mode", "scope", "mean_error_m", "std_error_m"]].to_string(index=False))
    print(f"wall {wall_s / 60.0:.1f} min on {CORES} cores, of which jobs {busy_s / 60.0:.1f} min")
    print(f"most memory {most_mb:,.0f} MB, disk {disk_mb:,.0f} MB")


if __name__ == "__main__":
    main()
