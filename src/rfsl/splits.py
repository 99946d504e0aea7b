"""How a simulation is cut: into data sets, and each of them into shards."""

from __future__ import annotations

#: The data sets of a simulation; a split's place here is part of its seeds, so never reorder.
SPLITS = ("train", "validation", "test")


def shard_ranges(sources: int, shard_size: int) -> list[range]:
    """Source indices of each shard of a split of `sources` sources."""
    return [
        range(start, min(start + shard_size, sources)) for start in range(0, sources, shard_size)
    ]
