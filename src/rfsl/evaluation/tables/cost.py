"""Where time and memory went, from what Snakemake measured of each job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rfsl.errors import DataError

#: Trainings of unlike networks stand side by side in one folder of the results.
_TRAININGS = {"set_network": "training of set networks", "heatmap": "training on maps"}


def read_benchmarks(paths: Sequence[str | Path]) -> pd.DataFrame:
    """One row per job: stage, wall_s, cpu_s, and memory_mb, the most that was resident.

    Args:
        paths: files of Snakemake's `benchmark:`, below a folder `benchmarks`; their first folder
            is the stage.

    Raises:
        DataError: there are none, or one is not such a file.
    """
    if not paths:
        raise DataError(
            "results/benchmarks: found no job that has run; make a figure first, for instance "
            "results/figures/fig6a.pdf"
        )
    return pd.concat([_read(Path(path)) for path in paths], ignore_index=True)


def cost_table(jobs: pd.DataFrame) -> pd.DataFrame:
    """One row per stage, the longest first: jobs, wall_s and cpu_s of all of them, longest_s of
    one, memory_mb of the largest, and share of all wall_s."""
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
