"""Torch: the device of a training, its random numbers, and the size of a network."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import nn

from rfsl.errors import ConfigError

#: Device of everything except trainings.
CPU = torch.device("cpu")


_LOG = logging.getLogger(__name__)


def training_device(wanted: Literal["auto", "cpu", "gpu"]) -> torch.device:
    """Device of a training. The log of the job names it.

    Args:
        wanted: `compute.device`. `auto`: a GPU if there is one, otherwise the CPU; `gpu`: a GPU or
            an error.

    Raises:
        ConfigError: a GPU is wanted, and torch sees none.
    """
    there = torch.cuda.is_available()
    if wanted == "gpu" and not there:
        raise ConfigError(
            "compute.device: found gpu, but torch sees no GPU here. Set it to auto or cpu; on a "
            "cluster, compute.gpus: 1 makes each training job ask for one"
        )
    device = torch.device("cuda" if there and wanted != "cpu" else "cpu")
    _LOG.info("trained on %s", device_name(device))
    return device


def device_name(device: torch.device) -> str:
    """`cpu`, or the name of the GPU."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"


@contextmanager
def torch_seeded(seed: int) -> Iterator[None]:
    """Seed torch's random numbers inside the block; its global state is restored afterwards."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def count_parameters(model: nn.Module) -> int:
    """Number of trainable parameters.

    Example:
        >>> count_parameters(nn.Linear(3, 2))
        8
    """
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
