"""Random numbers: one seed, spawned by what is drawn, never by process, shard or core."""

from __future__ import annotations

from enum import IntEnum
from zlib import crc32

import numpy as np


class Stream(IntEnum):
    """What a stream of random numbers is for; part of its key, so never renumber."""

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


def generator(seed: int, stream: Stream, *keys: int | str) -> np.random.Generator:
    """Generator for one item of one stream.

    Args:
        seed: the config's seed.
        stream: purpose.
        keys: what the numbers belong to (split, source index, trial name, ...).
    """
    spawn_key = [int(stream)] + [
        key if isinstance(key, int) else crc32(key.encode()) for key in keys
    ]
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=spawn_key))


#: The data sets of a simulation; a split's place here is part of its seeds, so never reorder.
SPLITS = ("train", "validation", "test")


def shard_ranges(sources: int, shard_size: int) -> list[range]:
    """Source indices of each shard of a split of `sources` sources."""
    return [
        range(start, min(start + shard_size, sources)) for start in range(0, sources, shard_size)
    ]
