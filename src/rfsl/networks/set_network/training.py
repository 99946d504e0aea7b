"""Training of the set network: which of some candidates is the source of a simulated flight."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor
from torch.special import ndtr, ndtri

from rfsl.arrays import IndexArray
from rfsl.config.networks import SetNetworkSettings
from rfsl.errors import DataError
from rfsl.geometry.frames import Box
from rfsl.io.progress import tracked
from rfsl.io.records import write_json
from rfsl.io.writing import written_beside
from rfsl.networks.checkpoints import Checkpoint, Progress
from rfsl.networks.set_network.network import SetNetwork, constants_of, input_tensors
from rfsl.networks.set_network.score import ScoringNetwork, SetInput
from rfsl.networks.torch_support import count_parameters, torch_seeded
from rfsl.randomness import Stream, generator
from rfsl.simulation.flights import FlightSimulator, SimulatedFlight

#: Flights of like length are batched together, among this many drawn at random.
_POOL = 512
#: Spacing of the grid on which the validation error is measured.
_GRID_M = 10.0


@dataclass(frozen=True)
class SetEpoch:
    """What is known of an epoch; the loss is the mean over flights."""

    training_loss: float


@dataclass(frozen=True)
class SetSummary:
    """Content of summary.json; errors are of simulated validation flights.

    The wall time is that of all processes that had a part in the training.
    """

    parameters: int
    epochs: int
    flights: int
    wall_s: float
    device: str
    seed: int
    training_loss: float
    validation_error_m: float


def train_set_network(
    simulator: FlightSimulator,
    settings: SetNetworkSettings,
    *,
    base_seed: int,
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[SetNetwork, SetSummary]:
    """Fit a set network to flights drawn from a calibration.

    For each flight the network has to tell the source among candidates: some over the whole source
    area, and at each scale s some from a Gaussian of that spread about a point m, which itself lies
    that far from the source. Given m the source is distributed as those candidates are, so the best
    score is the logarithm of the posterior, whatever the scale and the number of candidates
    (contrastive learning, Gutmann & Hyvärinen, 2012; van den Oord et al., 2018).

    Args:
        base_seed, seed: the config's seed, and which network this is; it also draws the flights.
        checkpoint: what the training goes on from, and what it leaves now and then. Flights are
            not part of it: they are drawn again.
    """
    started_s = time.perf_counter()
    count = simulator.settings.train_flights
    numbers = tracked(range(seed * count, (seed + 1) * count), count, "simulated flights")
    flights = [simulator.draw(base_seed, "train", number) for number in numbers]
    rng = generator(base_seed, Stream.TRAINING, "set_network", simulator.calibration.fold, seed)
    draws = torch.Generator().manual_seed(int(rng.integers(2**63)))
    with torch_seeded(int(rng.integers(2**63))):
        constants = constants_of(simulator.calibration, simulator.source_height_m)
        network = SetNetwork(constants, settings.width)
    inputs = [set_input(flight, settings.cell_m) for flight in flights]
    source_xy_m = torch.from_numpy(np.stack([flight.source_xy_m for flight in flights])).float()
    lengths = np.array([len(item.held) for item in inputs])
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=settings.weight_decay)
    batches_an_epoch = -(-count // settings.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=settings.epochs * batches_an_epoch + 1
    )
    progress = Progress(SetEpoch, network, optimizer, schedule, rng, draws, started_s)
    for _ in progress.epochs(settings.epochs, f"set network {seed}", checkpoint):
        loss_sum = 0.0
        for batch in _batches(rng, lengths, settings.batch_size):
            xy_m = _candidates_m(source_xy_m[batch], simulator.source_area, settings, draws)
            score = network(*input_tensors([inputs[item] for item in batch]), xy_m)
            by_scale = score.view(len(batch), -1, settings.candidates)
            # The source stands first among its candidates.
            loss = -torch.log_softmax(by_scale, dim=-1)[..., 0].sum(dim=1).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(batch)
        if not np.isfinite(loss_sum):
            raise DataError(
                f"training of set network {seed}: the loss is {loss_sum}; lower "
                "set_network.learning_rate"
            )
        progress.history.append(SetEpoch(loss_sum / count))
    network.eval()
    summary = SetSummary(
        parameters=count_parameters(network),
        epochs=settings.epochs,
        flights=count,
        wall_s=progress.wall_s,
        device="cpu",
        seed=seed,
        training_loss=progress.history[-1].training_loss,
        validation_error_m=_validation_error_m(network, simulator, settings, base_seed),
    )
    return network, summary


def set_input(flight: SimulatedFlight, cell_m: float) -> SetInput:
    """What the network sees of a simulated flight."""
    return SetInput.of(flight.cells.merged(cell_m))


def _batches(rng: np.random.Generator, lengths: IndexArray, size: int) -> Iterator[IndexArray]:
    """Batches of flights of like length, in random order: little padding."""
    order = rng.permutation(lengths.size)
    parts = np.array_split(order, max(1, lengths.size // _POOL))
    order = np.concatenate([part[np.argsort(lengths[part], kind="stable")] for part in parts])
    starts = np.arange(0, order.size, size)
    for start in rng.permutation(starts):
        yield order[start : start + size]


def _candidates_m(
    source_xy_m: Tensor, area: Box, settings: SetNetworkSettings, draws: torch.Generator
) -> Tensor:
    """Candidates (B, P, 2) by scale, the source first at each of them."""
    low = torch.tensor([area.west_m, area.south_m])
    high = torch.tensor([area.east_m, area.north_m])
    shape = (len(source_xy_m), settings.candidates - 1, 2)
    source = source_xy_m[:, None]
    groups = [source, low + (high - low) * torch.rand(shape, generator=draws)]
    for scale_m in settings.scales_m:
        middle = source + scale_m * torch.randn((len(source), 1, 2), generator=draws)
        below, above = ndtr((low - middle) / scale_m), ndtr((high - middle) / scale_m)
        share = below + (above - below) * torch.rand(shape, generator=draws)
        drawn = middle + scale_m * ndtri(share.clamp(1e-6, 1.0 - 1e-6))
        groups += [source, torch.minimum(torch.maximum(drawn, low), high)]
    return torch.cat(groups, dim=1)


def _validation_error_m(
    network: SetNetwork, simulator: FlightSimulator, settings: SetNetworkSettings, base_seed: int
) -> float:
    """Mean error of the posterior's mean over validation flights, on a grid."""
    grid_m = simulator.source_area.grid(_GRID_M)
    scores = ScoringNetwork({name: value.numpy() for name, value in network.state_dict().items()})
    errors_m = []
    for number in range(simulator.settings.validation_flights):
        flight = simulator.draw(base_seed, "validation", number)
        score = scores(set_input(flight, settings.cell_m), grid_m)
        weight = np.exp(score - score.max())
        errors_m.append(np.linalg.norm(weight @ grid_m / weight.sum() - flight.source_xy_m))
    return float(np.mean(errors_m))


def save_set_network(network: SetNetwork, summary: SetSummary, weights: Path, record: Path) -> None:
    """Write model.safetensors and summary.json."""
    with written_beside(weights) as temporary:
        save_file(
            {name: value.contiguous() for name, value in network.state_dict().items()}, temporary
        )
    write_json(asdict(summary), record)
