"""What a job asks a cluster for."""

from __future__ import annotations

from collections.abc import Callable


def growing(first: int) -> Callable[[object, int], int]:
    """A resource that doubles with each attempt: memory in MB, or run time in minutes."""

    def amount(wildcards: object, attempt: int) -> int:  # the names Snakemake looks for
        return first * 2 ** (attempt - 1)

    return amount
