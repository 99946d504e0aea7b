"""Training of networks on maps: those that complete maps, and those that make heatmaps."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn.functional import mse_loss

from rfsl.config.radiomaps import HeatmapNetworkSettings, HeatmapTrainingSettings
from rfsl.errors import DataError
from rfsl.io.records import write_json
from rfsl.io.writing import written_beside
from rfsl.networks.checkpoints import Checkpoint, Progress
from rfsl.networks.heatmap.decoders import decoder
from rfsl.networks.heatmap.losses import heatmap_loss
from rfsl.networks.heatmap.network import MapNetwork, save_map_network
from rfsl.networks.heatmap.original import (
    original_log_target,
    original_loss,
    original_optimizer,
    original_training,
)
from rfsl.networks.heatmap.targets import gaussian_target, log_distance_target
from rfsl.networks.torch_support import count_parameters, device_name
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.randomness import Stream, generator


@dataclass(frozen=True)
class HeatmapEpoch:
    """One line of history.csv."""

    epoch: int
    coverage: float
    training_loss: float
    validation_loss: float


@dataclass(frozen=True)
class HeatmapSummary:
    """Content of summary.json.

    `validation_error_m` is the mean 2D distance in metres of a network that makes heatmaps, and
    empty for one that completes maps. `precision` is the type of the numbers that it was trained
    with, `layout` the order of channels in memory. `wall_s` adds up the times of all processes that
    took part in the training.
    """

    parameters: int
    epochs: int
    scenes: int
    wall_s: float
    scenes_per_s: float
    device: str
    precision: str
    layout: str
    seed: int
    validation_loss: float
    validation_error_m: float | None


@dataclass(frozen=True)
class Objective:
    """Loss of a network on maps.

    Attributes:
        heatmap_weight: share of the heatmap's error in the loss; all of it if the network is
            trained without a decoder.
        gaussian_std_px: σ of the Gaussian target; None for another target.
        soft_argmax_beta: β of the soft-argmax; None if the loss uses another decoder.

    See also:
        `rfsl.networks.heatmap.losses.heatmap_loss`: the loss of heatmaps. A completed map has the
        mean squared error.
    """

    heatmap_weight: float
    gaussian_std_px: float | None = None
    soft_argmax_beta: float | None = None

    def loss(self, model: MapNetwork, scenes: MeasuredScenes, made: Tensor) -> Tensor:
        """Loss, a scalar, of the output (B, 1 or 2, H, W) of a network for B scenes.

        Args:
            model: the network, whose settings say what it makes.
            scenes: the scenes, with the truth.
            made: its output.
        """
        settings, device = model.settings, made.device
        if settings.completes:
            truth = scenes.rss if settings.target == "rss" else scenes.aoa
            return mse_loss(made, torch.from_numpy(truth).to(device))
        heatmap, pixels = made[:, 0], made.shape[-1]
        source_px = torch.from_numpy(scenes.source_px).to(device)
        target = self._target(source_px, pixels, original=settings.original)
        decoded = settings.trained_decoder is not None
        position_px = self.position_px(model, made) if decoded else None
        if settings.original:
            return original_loss(heatmap, target, position_px, source_px)
        if position_px is None:
            return mse_loss(heatmap, target)
        return heatmap_loss(heatmap, target, position_px, source_px, pixels, self.heatmap_weight)

    def position_px(self, model: MapNetwork, made: Tensor) -> Tensor:
        """Positions (B, 2) as (column, row), by the decoder of the loss, or by argmax if none."""
        name = model.settings.trained_decoder or "argmax"
        return decoder(name, self.soft_argmax_beta or 1.0)(made[:, 0])

    def _target(self, source_px: Tensor, pixels: int, *, original: bool) -> Tensor:
        if self.gaussian_std_px is None:
            make = original_log_target if original else log_distance_target
            return make(source_px, pixels)
        return gaussian_target(
            source_px.round() if original else source_px, pixels, self.gaussian_std_px
        )


def train_map_network(
    model: MapNetwork,
    objective: Objective,
    training: SceneSet,
    validation: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapTrainingSettings,
    rng: np.random.Generator,
    *,
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[HeatmapSummary, tuple[HeatmapEpoch, ...]]:
    """Fit a network to scenes, which are measured anew in every epoch.

    AdamW with one cycle of the step size. The largest coverage starts at `first_coverage` and grows
    by `coverage_step` every `epochs_per_step` epochs (LocHeatmap). The coverage of a batch is
    uniform from `first_coverage` up to it, so that the network keeps seeing sparse maps. The noise
    rate of each scene is uniform up to `largest_noise_rate`, and its sampling is one of
    `samplings`. The weights are those after the last epoch, when the step size is nearly zero.
    Original networks are trained as in `rfsl.networks.heatmap.original`, every batch of an epoch
    with its largest coverage; `whole_map` has every pixel.

    Args:
        model: with fresh weights, on the device of the training; trained in place.
        objective: its loss.
        training, validation: scenes of each split.
        surveyor: measures the scenes.
        settings: of the training.
        rng: draws order, samplings and errors.
        seed: number of the network, for the summary.
        checkpoint: from which the training continues, and which it writes at intervals.

    Raises:
        DataError: the loss is not finite.
    """
    started_s = time.perf_counter()
    device = next(model.parameters()).device
    count = len(training.source_m)
    if model.settings.original:
        settings = original_training(settings)
        optimizer, schedule = original_optimizer(model.network, settings)
    else:
        optimizer, schedule = _optimizer(model, settings, -(-count // settings.batch_size))
    # Sampling and noise of the validation scenes are the same in every epoch and for every network.
    survey = partial(_survey, surveyor, settings, model.settings)
    known = survey(validation, settings.epochs, np.random.default_rng(0))
    progress = Progress(HeatmapEpoch, model.network, optimizer, schedule, rng, started_s=started_s)
    for epoch in progress.epochs(settings.epochs, f"network {seed}", checkpoint):
        model.train()
        total = 0.0
        order = rng.permutation(count)
        for start in range(0, count, settings.batch_size):
            rows = order[start : start + settings.batch_size]
            scenes = survey(training, epoch - 1, rng, rows)
            loss = training_step(model, objective, scenes, optimizer, settings.precision)
            schedule.step()
            total += loss * len(rows)
        model.eval()
        with torch.no_grad():
            made = forward(model, known, settings.precision)
            validation_loss = objective.loss(model, known, made).item()
        if not np.isfinite(total + validation_loss):
            raise DataError(
                f"training of a network on maps, seed {seed}: the loss is {total / count:g} "
                f"({validation_loss:g} in validation); lower heatmaps.training.learning_rate"
            )
        progress.show(validation=f"{validation_loss:.4f}")
        largest = coverage_at(settings, epoch - 1)
        progress.history.append(HeatmapEpoch(epoch, largest, total / count, validation_loss))
    wall_s = progress.wall_s
    summary = HeatmapSummary(
        parameters=count_parameters(model.network),
        epochs=settings.epochs,
        scenes=count,
        wall_s=wall_s,
        scenes_per_s=count * settings.epochs / wall_s,
        device=device_name(device),
        precision=settings.precision,
        layout=model.layout,
        seed=seed,
        validation_loss=progress.history[-1].validation_loss,
        validation_error_m=_error_m(model, objective, known, made, surveyor.scenes.pixel_m),
    )
    return summary, tuple(progress.history)


def _optimizer(
    model: MapNetwork, settings: HeatmapTrainingSettings, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW with one cycle of the step size over all epochs, of `steps` each."""
    optimizer = torch.optim.AdamW(
        model.network.parameters(), weight_decay=settings.weight_decay, fused=True
    )
    total = settings.epochs * steps + 1
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=total
    )
    return optimizer, schedule


def training_step(
    model: MapNetwork,
    objective: Objective,
    scenes: MeasuredScenes,
    optimizer: torch.optim.Optimizer,
    precision: str,
) -> float:
    """One step of the optimizer on a batch of scenes; returns the loss before it."""
    loss = objective.loss(model, scenes, forward(model, scenes, precision))
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    if not model.settings.original:
        torch.nn.utils.clip_grad_norm_(model.network.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def coverage_at(settings: HeatmapTrainingSettings, epoch: int) -> float:
    """Largest share of the pixels that is measured in an epoch; epochs count from 0."""
    grown = settings.first_coverage + epoch // settings.epochs_per_step * settings.coverage_step
    return min(grown, 1.0)


def training_generator(
    base_seed: int, propagation: str, network: str, seed: int
) -> np.random.Generator:
    """Random generator of a training, from the config's seed and the names of what is trained."""
    return generator(base_seed, Stream.TRAINING, "heatmap", propagation, network, seed)


def forward(model: MapNetwork, scenes: MeasuredScenes, precision: str = "float32") -> Tensor:
    """Output of a network for B scenes: (B, 1 or 2, H, W) float32, on the device of the network.

    With `bfloat16` all layers are computed with a copy of the weights in that precision. The
    weights themselves, the loss and the steps stay in float32.
    """
    maps = tensors(scenes.inputs.maps, next(model.parameters()).device)
    weights: dict[str, Tensor] = dict(model.named_parameters())
    if precision == "bfloat16":
        weights = {name: weight.bfloat16() for name, weight in weights.items()}
    made: Tensor = functional_call(model, weights, (maps,))
    return made


def tensors(maps: Mapping[str, np.ndarray], device: torch.device) -> dict[str, Tensor]:
    """Encoded maps (B, C, H, W) by name, as tensors on a device."""
    return {name: torch.from_numpy(values).to(device) for name, values in maps.items()}


def _survey(
    surveyor: Surveyor,
    settings: HeatmapTrainingSettings,
    network: HeatmapNetworkSettings,
    scenes: SceneSet,
    epoch: int,
    rng: np.random.Generator,
    rows: np.ndarray | None = None,
) -> MeasuredScenes:
    chosen = np.arange(len(scenes.source_m)) if rows is None else rows
    if network.whole_map:
        return whole_maps(surveyor, scenes, chosen)
    kinds = rng.integers(len(settings.samplings), size=len(chosen))
    largest = coverage_at(settings, epoch)
    coverage = largest if network.original else rng.uniform(settings.first_coverage, largest)
    return surveyor.measured(
        scenes,
        chosen,
        coverage,
        [settings.samplings[kind] for kind in kinds],
        rng.uniform(0.0, settings.largest_noise_rate, len(chosen)).tolist(),
        rng.spawn(len(chosen)),
    )


def whole_maps(surveyor: Surveyor, scenes: SceneSet, rows: np.ndarray) -> MeasuredScenes:
    """B scenes of which every pixel is measured without noise."""
    count = len(rows)
    generators = np.random.default_rng(0).spawn(count)
    return surveyor.measured(scenes, rows, 1.0, ["pixels"] * count, [0.0] * count, generators)


def _error_m(
    model: MapNetwork, objective: Objective, scenes: MeasuredScenes, made: Tensor, pixel_m: float
) -> float | None:
    if model.settings.completes:
        return None
    miss_px = objective.position_px(model, made).cpu().numpy() - scenes.source_px
    return pixel_m * float(np.linalg.norm(miss_px, axis=1).mean())


def save_trained_maps(
    model: MapNetwork,
    summary: HeatmapSummary,
    history: tuple[HeatmapEpoch, ...],
    weights: Path,
    lines: Path,
    record: Path,
) -> None:
    """Write model.safetensors, history.csv and summary.json."""
    save_map_network(model, weights)
    with written_beside(lines) as temporary:
        rows = [
            f"{e.epoch},{e.coverage:g},{e.training_loss!r},{e.validation_loss!r}\n" for e in history
        ]
        header = "epoch,coverage,training_loss,validation_loss\n"
        temporary.write_text(header + "".join(rows), encoding="utf-8")
    write_json(asdict(summary), record)
