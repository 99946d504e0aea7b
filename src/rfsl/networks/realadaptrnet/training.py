"""Training of RealAdaptRNet on simulated sources: a plain loop over one cycle of step sizes."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from rfsl.arrays import Float32Array, IndexArray
from rfsl.config.networks import TrainingSettings
from rfsl.errors import DataError
from rfsl.features.files import Features
from rfsl.io.records import write_json
from rfsl.io.writing import written_beside
from rfsl.networks.checkpoints import Checkpoint, Progress
from rfsl.networks.realadaptrnet.network import RealAdaptRNet, count_flops
from rfsl.networks.torch_support import CPU, count_parameters, device_name, torch_seeded
from rfsl.randomness import Stream, generator


@dataclass(frozen=True)
class Epoch:
    """One line of history.csv."""

    epoch: int
    training_loss: float
    validation_error_m: float
    learning_rate: float


@dataclass(frozen=True)
class TrainingSummary:
    """Content of summary.json; errors are mean 2D distances over simulated sources.

    `wall_s` adds up the times of all processes that took part in the training.
    """

    parameters: int
    flops: int
    epochs: int
    best_epoch: int
    wall_s: float
    device: str
    seed: int
    validation_error_m: float
    test_error_m: float


@dataclass(frozen=True)
class Trained:
    """A network with the weights of its best epoch, and the record of its training."""

    model: RealAdaptRNet
    history: tuple[Epoch, ...]
    summary: TrainingSummary


@dataclass(frozen=True)
class Scaling:
    """Scaling that brings features and positions to about ±1.

    Attributes:
        feature_offset, feature_scale: (F,), by `rfsl.features.representations.input_scaling`.
        center_m, half_size_m: centre and half size (east, north) of the source area.
    """

    feature_offset: Float32Array
    feature_scale: Float32Array
    center_m: tuple[float, float]
    half_size_m: tuple[float, float]


def train(
    training: Features,
    validation: Features,
    test: Features,
    scaling: Scaling,
    settings: TrainingSettings,
    *,
    base_seed: int,
    mode: str,
    seed: int,
    device: torch.device = CPU,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Fit RealAdaptRNet to simulated sources.

    AdamW minimizes the mean squared error of the scaled position, ((x̂ − x) / half_size)². The step
    size rises and falls once (Smith & Topin, "Super-convergence: very fast training of neural
    networks using large learning rates", 2019). The weights are those of the epoch of smallest mean
    validation error. Test sources are only used to measure the result.

    Args:
        training, validation, test: features (N, F) and source positions (N, 2) of each split.
        scaling: of inputs and outputs.
        settings: step size, batch size, numbers of epochs.
        base_seed: the config's seed.
        mode, seed: which of the config's networks this is.
        device: where it is trained; see `rfsl.networks.torch_support.training_device`.
        checkpoint: from which the training continues, and which it writes at intervals.

    Raises:
        DataError: the validation error is not finite.
    """
    started_s = time.perf_counter()
    rng = generator(base_seed, Stream.TRAINING, mode, seed)
    with torch_seeded(int(rng.integers(2**63))):
        model = RealAdaptRNet(**asdict(scaling)).to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        fused=True,
    )
    steps = settings.epochs * -(-len(training.features) // settings.batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=steps + 1
    )
    features = torch.from_numpy(np.array(training.features)).to(device)
    positions_m = torch.from_numpy(np.array(training.source_xy_m)).to(device)
    progress = Progress(
        Epoch,
        model,
        optimizer,
        schedule,
        rng,
        started_s=started_s,
        best_weights=copy.deepcopy(model.state_dict()),
    )
    for epoch in progress.epochs(settings.epochs, f"{mode}, seed {seed}", checkpoint):
        batches = _batches(rng, len(features), settings.batch_size)
        loss = training_epoch(model, optimizer, schedule, features, positions_m, batches)
        error_m = mean_error_m(model, validation)
        rate = float(optimizer.param_groups[0]["lr"])
        best_error_m = _best_error_m(progress)
        progress.show(validation_m=f"{error_m:.1f}", best_m=f"{best_error_m:.1f}")
        progress.history.append(Epoch(epoch, loss, error_m, rate))
        if not np.isfinite(error_m):
            raise DataError(
                f"training of {mode}, seed {seed}: the error is {error_m} after epoch {epoch}; "
                "lower training.learning_rate"
            )
        if error_m < best_error_m:
            progress.best_epoch = epoch
            progress.best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(progress.best_weights)
    model.eval()
    summary = TrainingSummary(
        parameters=count_parameters(model),
        flops=count_flops(model),
        epochs=len(progress.history),
        best_epoch=progress.best_epoch,
        wall_s=progress.wall_s,
        device=device_name(device),
        seed=seed,
        validation_error_m=_best_error_m(progress),
        test_error_m=mean_error_m(model, test),
    )
    return Trained(model, tuple(progress.history), summary)


def training_epoch(
    model: RealAdaptRNet,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    features: Tensor,
    positions_m: Tensor,
    batches: Iterable[IndexArray],
) -> float:
    """One step for each batch of sources; returns the mean loss over all sources.

    Args:
        schedule: gives the size of each step.
        features, positions_m: (N, F) and (N, 2) of all sources.
        batches: row numbers of the sources of each batch.
    """
    model.train()
    total = torch.zeros((), device=features.device)  # read at the end, not at each step
    for batch in batches:
        rows = torch.from_numpy(batch).to(features.device)
        optimizer.zero_grad()
        known_m = positions_m.index_select(0, rows)
        miss = (model(features.index_select(0, rows)) - known_m) / model.half_size_m
        loss = miss.square().mean()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        total += loss.detach() * len(batch)
    return total.item() / len(features)


def _best_error_m(progress: Progress[Epoch]) -> float:
    best = progress.best_epoch
    return progress.history[best - 1].validation_error_m if best else float("inf")


def mean_error_m(model: RealAdaptRNet, data: Features) -> float:
    """Mean 2D distance (m) between estimates and true positions; sets the model to eval mode."""
    miss_m = locate(model, data.features) - data.source_xy_m
    return float(np.linalg.norm(miss_m, axis=1).mean())


def locate(model: RealAdaptRNet, features: Float32Array) -> Float32Array:
    """Estimated positions (N, 2) in metres from feature vectors (N, F); sets eval mode."""
    model.eval()
    device = model.center_m.device
    with torch.inference_mode():
        parts = [
            model(torch.from_numpy(np.array(part)).to(device)).cpu()
            for part in np.array_split(features, max(1, len(features) // 256))
        ]
    return torch.cat(parts).numpy()


def save_trained(trained: Trained, weights: Path, history: Path, summary: Path) -> None:
    """Write model.safetensors, history.csv and summary.json."""
    with written_beside(weights) as temporary:
        save_file(_contiguous(trained.model), temporary)
    with written_beside(history) as temporary:
        lines = ["epoch,training_loss,validation_error_m,learning_rate"] + [
            f"{e.epoch},{e.training_loss!r},{e.validation_error_m!r},{e.learning_rate!r}"
            for e in trained.history
        ]
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    write_json(asdict(trained.summary), summary)


def load_model(weights: str | Path) -> RealAdaptRNet:
    """Rebuild a network from its file of weights alone.

    Raises:
        DataError: the file cannot be read, or does not hold the weights of a RealAdaptRNet.
    """
    try:
        state = load_file(weights)
        model = RealAdaptRNet(
            state["feature_offset"].numpy(),
            state["feature_scale"].numpy(),
            tuple(state["center_m"].tolist()),
            tuple(state["half_size_m"].tolist()),
        )
        model.load_state_dict(state)
    except (OSError, SafetensorError, KeyError, RuntimeError) as error:
        raise DataError(f"{weights}: not the weights of a RealAdaptRNet ({error})") from error
    return model.eval()


def _contiguous(model: RealAdaptRNet) -> dict[str, Tensor]:
    return {name: value.cpu().contiguous() for name, value in model.state_dict().items()}


def _batches(rng: np.random.Generator, count: int, size: int) -> Iterator[IndexArray]:
    """Random batches of an epoch. A last batch of one is left out, since batch norm needs two."""
    order = rng.permutation(count)
    for start in range(0, count, size):
        batch = order[start : start + size]
        if batch.size > 1:
            yield batch
