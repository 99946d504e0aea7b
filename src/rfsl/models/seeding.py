"""Torch's random numbers from a seed of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def torch_seeded(seed: int) -> Iterator[None]:
    """Draw torch's random numbers from `seed`, and leave its global state as it was."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield
