"""A network that scores candidate positions by the set of a flight's cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rfsl.arrays import Float32Array
from rfsl.networks.set_network.score import CELL_NUMBERS, CONSTANTS, RSS, TRAVELLED, SetInput
from rfsl.propagation.calibration_file import Calibration

_HELD_FEATURES, _QUIET_FEATURES = 11, 5


def input_tensors(inputs: Sequence[SetInput]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Held and quiet cells of some flights, each padded, with what is real of them."""
    held, held_real = padded([item.held for item in inputs])
    quiet, quiet_real = padded([item.quiet for item in inputs])
    return held, held_real, quiet, quiet_real


def padded(rows: list[Float32Array]) -> tuple[Tensor, Tensor]:
    """Arrays of different lengths as one tensor (B, longest, 11), and which rows are real."""
    longest = max(1, max(len(row) for row in rows))
    values = np.zeros((len(rows), longest, CELL_NUMBERS), np.float32)
    # A place far from any candidate, so that padding divides by no zero distance.
    values[..., 2] = 1e4
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

    Each cell is described relative to the candidate: the RSS less the calibrated gain and the mean
    of that over the flight, in units of the shadowing's spread; the same less what the cell before
    it lets expect; distance, depression and body azimuth of the candidate. Cells before acquisition
    are described by how much stronger the signal at acquisition was than expected there. Cells pass
    one perceptron, and sums and means over them a second (Deep Sets, Zaheer et al., 2017).

    The calibration is part of the network, stored with its weights. This is the network that is
    trained; `ScoringNetwork` is the same for scoring.

    Args:
        constants: of `constants_of`.
        width: of the perceptrons.
    """

    nodes_rad: Tensor
    gain_db: Tensor
    azimuth_db: Tensor
    edges_rad: Tensor
    std_db: Tensor
    distance_m: Tensor
    height_m: Tensor

    def __init__(self, constants: Mapping[str, Tensor], width: int) -> None:
        super().__init__()
        for name in CONSTANTS:
            self.register_buffer(name, constants[name])
        self.held = _perceptron(_HELD_FEATURES, width, width)
        self.quiet = _perceptron(_QUIET_FEATURES, width // 2, width // 2)
        self.each_held, self.each_quiet = nn.Linear(width, 1), nn.Linear(width // 2, 1)
        self.trust = nn.Parameter(torch.tensor([0.7, 0.3]))
        self.whole = _perceptron(width + width // 2 + 2, width, 2)

    def forward(
        self, held: Tensor, held_real: Tensor, quiet: Tensor, quiet_real: Tensor, xy_m: Tensor
    ) -> Tensor:
        """Scores (B, P) of candidates (B, P, 2) for flights of cells (B, C, 11) and (B, Q, 11)."""
        real, silent = held_real[:, None, :, None].float(), quiet_real[:, None, :, None].float()
        around = self._relative(held, xy_m)
        miss_db = held[:, None, :, RSS] - around.expected_db
        weight = real[..., 0] / around.spread_db**2
        level_db = (weight * miss_db).sum(-1, keepdim=True) / weight.sum(-1, keepdim=True)
        unit = (miss_db - level_db) / around.spread_db
        gap_m = torch.diff(held[..., TRAVELLED], prepend=held[:, :1, TRAVELLED] - 1e4)
        alike = torch.exp(-gap_m.abs() / self.distance_m)[:, None]
        before = torch.roll(unit, 1, dims=2)
        fresh = (unit - alike * before) / torch.sqrt(1.0 - alike**2 + 0.1)
        surprise = 3.0 * torch.log1p(fresh**2 / 5.0)  # of a t distribution
        features = torch.stack(
            [unit, fresh, surprise, *around.features, alike.expand_as(unit)], dim=-1
        ).clamp(-8.0, 8.0)
        cells = self.held(features)
        beyond = self._relative(quiet, xy_m)
        expected_db = beyond.expected_db + level_db
        margin = (quiet[:, None, :, RSS] - expected_db) / beyond.spread_db
        weaker = torch.special.log_ndtr(margin.clamp(-8.0, 8.0))
        features = torch.stack(
            [margin, weaker, *beyond.features[:2], beyond.features[-1]], dim=-1
        ).clamp(-8.0, 8.0)
        silence = self.quiet(features)
        count, silent_count = real.sum(2), silent.sum(2)
        pooled = [
            (cells * real).sum(2) / count,
            (silence * silent).sum(2) / silent_count.clamp(min=1.0),
            (torch.log(count) - 4.0).expand(*level_db.shape[:2], 1),
            (torch.log1p(silent_count) / 4.0).expand(*level_db.shape[:2], 1),
        ]
        whole = self.whole(torch.cat(pooled, dim=-1))
        # A cell for itself: its own likelihood, and what the perceptron makes of it.
        likely = -self.trust[0] * (surprise + torch.log(around.spread_db))
        each_held = likely + 0.1 * self.each_held(cells)[..., 0]
        each_quiet = self.trust[1] * weaker + 0.1 * self.each_quiet(silence)[..., 0]
        score = (each_held * real[..., 0]).sum(2) + (each_quiet * silent[..., 0]).sum(2)
        result: Tensor = score + whole[..., 0] + 0.1 * count[..., 0] * whole[..., 1]
        return result

    def _relative(self, cells: Tensor, xy_m: Tensor) -> _Relative:
        east_m = xy_m[:, :, None, 0] - cells[:, None, :, 0]
        north_m = xy_m[:, :, None, 1] - cells[:, None, :, 1]
        up_m = (self.height_m - cells[..., 2])[:, None].expand_as(east_m)
        distance_m = torch.sqrt(east_m**2 + north_m**2 + up_m**2)
        depression = torch.asin((-up_m / distance_m).clamp(-1.0, 1.0))
        axes = cells[:, None, :, 3:9]
        right = axes[..., 0] * east_m + axes[..., 1] * north_m + axes[..., 2] * up_m
        ahead = axes[..., 3] * east_m + axes[..., 4] * north_m + axes[..., 5] * up_m
        flat = torch.sqrt(right**2 + ahead**2 + 1.0)
        cosine, sine = ahead / flat, -right / flat  # from the nose, counter-clockwise
        twice_cosine, twice_sine = cosine**2 - sine**2, 2.0 * sine * cosine
        low = ((np.radians(30.0) - depression) / np.radians(15.0)).clamp(0.0, 1.0)
        terms = [low * cosine, low * sine, low * twice_cosine, low * twice_sine]
        terms += [(1.0 - low) * cosine, (1.0 - low) * sine]
        place = torch.searchsorted(self.nodes_rad, depression.contiguous())
        place = place.clamp(1, len(self.nodes_rad) - 1)
        first, second = self.nodes_rad[place - 1], self.nodes_rad[place]
        share = ((depression - first) / (second - first)).clamp(0.0, 1.0)
        expected_db = torch.lerp(self.gain_db[place - 1], self.gain_db[place], share)
        expected_db = expected_db - 20.0 * torch.log10(distance_m)
        for coefficient, term in zip(self.azimuth_db, terms, strict=True):
            expected_db = expected_db + coefficient * term
        band = torch.searchsorted(self.edges_rad, depression.contiguous(), right=True)
        spread_db = self.std_db[band]
        features = [
            torch.log(distance_m / 100.0),
            2.0 * depression,
            cosine,
            sine,
            twice_cosine,
            twice_sine,
            spread_db / 5.0,
        ]
        return _Relative(expected_db, spread_db, features)


@dataclass(frozen=True)
class _Relative:
    """Cells as seen from candidates, each (B, P, C)."""

    expected_db: Tensor
    spread_db: Tensor
    features: list[Tensor]


def _perceptron(inputs: int, width: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, outputs))
