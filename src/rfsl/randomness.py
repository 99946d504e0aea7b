"""Random numbers that depend on the config's seed and on what they are drawn for.

Every item (a source, a flight, a training) has its own generator, spawned from the seed. So the
numbers do not depend on processes, shards or cores.
"""

from __future__ import annotations

from enum import IntEnum
from zlib import crc32

import numpy as np


class Stream(IntEnum):
    """Purpose of a stream of random numbers. The number is part of its key: never renumber."""

    SOURCE_POSITION = 0
    ATTITUDE = 1
    FIELD_MODEL = 3
    TRAINING = 4
    CALIBRATION = 5
    RECEIVER = 6
    PARTICLES = 7
    SIMULATED_FLIGHT = 8
    BOOTSTRAP = 9
    SCENE = 10
    MEASUREMENT = 11
    REDRAWN_FLIGHT = 12
    WORLD = 13
    POLICY = 14


def generator(seed: int, stream: Stream, *keys: int | str) -> np.random.Generator:
    """Generator for one item of one stream; the same arguments give the same numbers.

    Args:
        seed: the config's seed.
        stream: purpose of the numbers.
        keys: the item that the numbers belong to (split, source index, trial name, ...).

    Example:
        >>> first, again = (generator(1, Stream.ATTITUDE, 0, 7).random() for _ in range(2))
        >>> first == again
        True
    """
    spawn_key = [int(stream)] + [
        key if isinstance(key, int) else crc32(key.encode()) for key in keys
    ]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


#: The data sets of a simulation. A split's place here is part of its keys: never reorder.
SPLITS = ("train", "validation", "test")


def shard_ranges(sources: int, shard_size: int) -> list[range]:
    """Indices of the sources in each shard of a split.

    Args:
        sources: number of sources in the split.
        shard_size: number of sources in a shard; the last shard may have fewer.

    Example:
        >>> shard_ranges(5, 2)
        [range(0, 2), range(2, 4), range(4, 5)]
    """
    return [
        range(start, min(start + shard_size, sources)) for start in range(0, sources, shard_size)
    ]
