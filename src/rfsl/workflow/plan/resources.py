"""What jobs ask a cluster for, and what they used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path


def growing(first: int) -> Callable[[object, int], int]:
    """A resource of a rule that doubles with each attempt.

    Args:
        first: amount of the first attempt: memory in MB, or run time in minutes.
    """

    def amount(wildcards: object, attempt: int) -> int:  # Snakemake requires these names
        return first * 2 ** (attempt - 1)

    return amount


def benchmark_digests(folder: str | Path) -> dict[str, str]:
    """Files with Snakemake's measurements of jobs, each with a digest of its content."""
    paths = sorted(Path(folder).rglob("*.tsv"))
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest()[:8] for path in paths}
