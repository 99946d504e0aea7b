"""Table of time and memory by stage, from what Snakemake measured of each job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rfsl.errors import DataError

#: Stages of the trainings whose benchmarks share a folder with those of RealAdaptRNet.
_TRAININGS = {"set_network": "training of set networks", "heatmap": "training on maps"}


def read_benchmarks(paths: Sequence[str | Path]) -> pd.DataFrame:
    """One row per job: stage, wall_s, cpu_s, and memory_mb (largest resident memory).

    Args:
        paths: files of Snakemake's `benchmark:` below a folder `benchmarks`. The first folder below
            it names the stage.

    Raises:
        DataError: there are no files, or one of them is not a benchmark.
    """
    if not paths:
        raise DataError(
            "results/benchmarks: found no job that has run; make a figure first, for instance "
            "results/figures/fig6a.pdf"
        )
    return pd.concat([_read(Path(path)) for path in paths], ignore_index=True)


def cost_table(jobs: pd.DataFrame) -> pd.DataFrame:
    """One row per stage, the longest first.

    Args:
        jobs: of `read_benchmarks`.

    Returns:
        Columns stage, jobs (their number), wall_s and cpu_s (of all jobs), longest_s (of one job),
        memory_mb (of the largest job), share (of the wall time of all stages).
    """
    stages = jobs.groupby("stage", sort=False)
    table = pd.DataFrame(
        {
            "jobs": stages.size(),
            "wall_s": stages["wall_s"].sum(),
            "cpu_s": stages["cpu_s"].sum(),
            "longest_s": stages["wall_s"].max(),
            "memory_mb": stages["memory_mb"].max(),
        }
    )
    table["share"] = table["wall_s"] / table["wall_s"].sum()
    return table.sort_values("wall_s", ascending=False).reset_index()


def _read(path: Path) -> pd.DataFrame:
    try:
        rows = pd.read_csv(path, sep="\t")
        measured = {
            "wall_s": rows["s"].astype(float),
            "cpu_s": rows["cpu_time"].astype(float),
            "memory_mb": rows["max_rss"].astype(float),
        }
    except (OSError, KeyError, ValueError) as error:
        raise DataError(
            f"{path}: not a benchmark of Snakemake ({error}); remove it and run again"
        ) from error
    return pd.DataFrame({"stage": _stage(path), **measured})


def _stage(path: Path) -> str:
    below = path.parts[path.parts.index("benchmarks") + 1 :]
    first = below[0].removesuffix(".tsv")
    if first == "models":
        return _TRAININGS.get(below[1], "training")
    return first.replace("_", " ")
