"""What jobs ask a cluster for, and what they took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def growing(first: int) -> Callable[[object, int], int]:
    """A resource that doubles with each attempt: memory in MB, or run time in minutes."""

    def amount(wildcards: object, attempt: int) -> int:  # the names Snakemake looks for
        return first * 2 ** (attempt - 1)

    return amount


def benchmark_files(folder: str | Path) -> list[str]:
    """What Snakemake has measured of jobs so far."""
    return sorted(str(path) for path in Path(folder).rglob("*.tsv"))
