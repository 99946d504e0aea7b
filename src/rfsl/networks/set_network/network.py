"""The set network as it is trained: scores of candidate positions, in PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from rfsl.arrays import Float32Array
from rfsl.networks.set_network.formula import (
    CELL_COLUMNS,
    CONSTANTS,
    FIRST_TRUST,
    HEIGHT,
    HELD_FEATURES,
    PADDING_HEIGHT_M,
    QUIET_FEATURES,
    Cells,
    Library,
    Parts,
    score,
)
from rfsl.networks.set_network.score import SetInput
from rfsl.propagation.calibration_file import Calibration

#: Means over the cells go with two numbers: how many cells hold the signal, and how many are quiet.
_COUNTS = 2


def _interpolate(values: Tensor, nodes: Tensor, heights: Tensor) -> Tensor:
    place = torch.searchsorted(nodes, values.contiguous()).clamp(1, len(nodes) - 1)
    first, second = nodes[place - 1], nodes[place]
    share = ((values - first) / (second - first)).clamp(0.0, 1.0)
    return torch.lerp(heights[place - 1], heights[place], share)


def _join(parts: list[Tensor]) -> Tensor:
    candidates = parts[0].shape[-2]
    return torch.cat([part.expand(-1, candidates, -1) for part in parts], dim=-1)


_TORCH = Library(
    sqrt=torch.sqrt,
    exp=torch.exp,
    log=torch.log,
    log10=torch.log10,
    log1p=torch.log1p,
    arcsin=torch.asin,
    log_ndtr=torch.special.log_ndtr,
    steps=lambda values, first: torch.diff(values, prepend=first),
    previous=lambda values: torch.roll(values, 1, dims=-1),
    interpolate=_interpolate,
    band=lambda values, edges: torch.searchsorted(edges, values.contiguous(), right=True),
    stack=lambda parts: torch.stack([part.expand_as(parts[0]) for part in parts], dim=-1),
    join=_join,
)


def input_tensors(inputs: Sequence[SetInput]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Held and quiet cells of some flights, each padded, with what is real of them."""
    held, held_real = padded([item.held for item in inputs])
    quiet, quiet_real = padded([item.quiet for item in inputs])
    return held, held_real, quiet, quiet_real


def padded(rows: list[Float32Array]) -> tuple[Tensor, Tensor]:
    """Arrays of different lengths as one tensor (B, longest, 11), and which rows are real."""
    longest = max(1, max(len(row) for row in rows))
    values = np.zeros((len(rows), longest, len(CELL_COLUMNS)), np.float32)
    values[..., HEIGHT] = PADDING_HEIGHT_M
    real = np.zeros((len(rows), longest), bool)
    for number, row in enumerate(rows):
        values[number, : len(row)] = row
        real[number, : len(row)] = True
    return torch.from_numpy(values), torch.from_numpy(real)


def constants_of(calibration: Calibration, source_height_m: float) -> dict[str, Tensor]:
    """What a network holds of its calibration: gain profile, shadowing, height of the source."""
    profile, residual = calibration.profile, calibration.residual
    values = (
        np.radians(profile.depression_deg),
        profile.gain_db,
        (*profile.low_db, *profile.high_db),
        np.radians(residual.depression_edges_deg[1:-1]),
        residual.std_db,
        residual.correlation_distance_m,
        source_height_m,
    )
    return {
        name: torch.tensor(np.array(value), dtype=torch.float32)
        for name, value in zip(CONSTANTS, values, strict=True)
    }


class SetNetwork(nn.Module):
    """Log-likelihood of candidate positions, from cells in any order.

    `formula` holds the score, which `ScoringNetwork` applies as well. The calibration is part of
    the network and is stored with its weights.

    Args:
        constants: of `constants_of`.
        width: of the perceptrons.
    """

    def __init__(self, constants: Mapping[str, Tensor], width: int) -> None:
        super().__init__()
        for name in CONSTANTS:
            self.register_buffer(name, constants[name])
        half = width // 2
        self.held = _perceptron(len(HELD_FEATURES), width, width)
        self.quiet = _perceptron(len(QUIET_FEATURES), half, half)
        self.each_held, self.each_quiet = nn.Linear(width, 1), nn.Linear(half, 1)
        self.trust = nn.Parameter(torch.tensor(FIRST_TRUST))
        self.whole = _perceptron(width + half + _COUNTS, width, 2)

    def forward(
        self, held: Tensor, held_real: Tensor, quiet: Tensor, quiet_real: Tensor, xy_m: Tensor
    ) -> Tensor:
        """Scores (B, P) of candidates (B, P, 2) for flights of cells (B, C, 11) and (B, Q, 11)."""
        parts = Parts(
            self.held, self.quiet, self.each_held, self.each_quiet, self.whole, self.trust
        )
        result: Tensor = score(
            _TORCH,
            parts,
            {name: self.get_buffer(name) for name in CONSTANTS},
            Cells(held, held_real.to(held.dtype)),
            Cells(quiet, quiet_real.to(quiet.dtype)),
            xy_m,
        )
        return result


def _perceptron(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, outputs))
