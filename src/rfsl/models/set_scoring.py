"""A trained set network, read from its file, and what it says of candidates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from rfsl.arrays import FloatArray
from rfsl.errors import DataError
from rfsl.models.set_network import CONSTANTS, SetInput, SetNetwork, padded


def score_candidates(network: SetNetwork, flight: SetInput, xy_m: FloatArray) -> FloatArray:
    """Scores (N,) of candidates (N, 2) for one flight."""
    with torch.no_grad():
        candidates = torch.from_numpy(xy_m).float()[None]
        return network(*input_tensors([flight]), candidates)[0].double().numpy()


def input_tensors(inputs: Sequence[SetInput]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Held and quiet cells of some flights, each padded, with what is real of them."""
    held, held_real = padded([item.held for item in inputs])
    quiet, quiet_real = padded([item.quiet for item in inputs])
    return held, held_real, quiet, quiet_real


def load_set_network(weights: str | Path) -> SetNetwork:
    """Rebuild a network from its weights file alone.

    Raises:
        DataError: not such a file.
    """
    try:
        state = load_file(weights)
        constants = {name: state[name] for name in CONSTANTS}
        network = SetNetwork(constants, state["held.0.weight"].shape[0])
        network.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, IndexError, ValueError, RuntimeError) as error:
        raise DataError(f"{weights}: not the weights of a set network ({error})") from error
    return network.eval()
