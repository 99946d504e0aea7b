"""Precision of the trainings: timed once on the device, and kept in a file that all of them read.

Whether bfloat16 is faster than float32 depends on the processor, the width of the network and the
size of its batches. All seeds of a network take the same precision, and a training that is run
again takes the one of the first time, because the file is measured only once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import get_args

import numpy as np
import torch

from rfsl.config.radiomaps import (
    Architecture,
    HeatmapNetworkSettings,
    HeatmapTrainingSettings,
    MeasurementSettings,
    Precision,
    SceneSettings,
)
from rfsl.errors import DataError
from rfsl.io.records import Record, read_json
from rfsl.networks.heatmap.network import MapNetwork, channels_last
from rfsl.networks.heatmap.training import Objective, training_step
from rfsl.networks.torch_support import device_name, torch_seeded
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

#: bfloat16 is taken if it trains on this many times as many maps a second. With less to gain,
#: rounding less is worth more, and chance would decide.
LEAST_GAIN = 1.1
#: Rounds of steps, of which the fastest counts, and steps in each.
_ROUNDS, _STEPS = 3, 4

_LOG = logging.getLogger(__name__)


class Timing(Record):
    """Speed of the training of an architecture.

    Attributes:
        taken: precision to train with.
        maps_per_s: maps a second of processor time (of wall time on a GPU), by precision.
    """

    taken: Precision
    maps_per_s: dict[Precision, float]


class MeasuredPrecision(Record):
    """Content of precision.json: the device, and the timing of each architecture on it."""

    device: str
    architectures: dict[Architecture, Timing]


def offered_precisions(device: torch.device) -> tuple[Precision, ...]:
    """Types of numbers that a device computes with by its own instructions; float32 is the first.

    A device may have instructions for bfloat16 and still be slower with it.
    """
    if device.type == "cuda":
        half = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        half = torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return ("float32", "bfloat16") if half else ("float32",)


def measure_precision(
    architectures: Iterable[Architecture],
    scenes: SceneSettings,
    training: HeatmapTrainingSettings,
    device: torch.device,
) -> MeasuredPrecision:
    """Time steps of training in each precision that a device offers.

    Args:
        architectures: those to be timed, each as a network from RSS, AoA and heights to a heatmap.
        scenes: size of the maps.
        training: width of the networks and size of the batches.
        device: of the trainings.
    """
    maps = _some_scenes(scenes, training.batch_size)
    found = {
        name: _timing(name, maps, scenes.pixels, training.width, device) for name in architectures
    }
    return MeasuredPrecision(device=device_name(device), architectures=found)


def training_precision(
    wanted: str, measured: Iterable[str | Path], architecture: Architecture, device: torch.device
) -> Precision:
    """Precision to train an architecture with. The log of the job names it.

    Args:
        wanted: `heatmaps.training.precision`.
        measured: the file of `measure_precision`, or nothing if the precision is set.
        architecture: of the network to be trained.
        device: of the training; if it does not have the measured precision, float32 is taken.

    Raises:
        DataError: the file is not such a file, or lacks the architecture.
    """
    for name in get_args(Precision):
        if name == wanted:
            _LOG.info("trained in %s, as heatmaps.training.precision says", name)
            return name
    (path,) = measured
    try:
        record = MeasuredPrecision.model_validate(read_json(path))
        timing = record.architectures[architecture]
    except (ValueError, KeyError) as error:
        raise DataError(
            f"{path}: no measured precision of {architecture} ({error}); delete it and run again"
        ) from error
    speeds = ", ".join(f"{name} {speed:.3g} maps/s" for name, speed in timing.maps_per_s.items())
    if timing.taken not in offered_precisions(device):
        _LOG.warning(
            "trained in float32, because %s does not have %s, which was measured on %s",
            device_name(device),
            timing.taken,
            record.device,
        )
        return "float32"
    _LOG.info("trained in %s, measured on %s: %s", timing.taken, record.device, speeds)
    return timing.taken


def fastest(maps_per_s: Mapping[Precision, float]) -> Precision:
    """float32, unless bfloat16 is faster by `LEAST_GAIN`.

    Example:
        >>> fastest({"float32": 10.0, "bfloat16": 10.9}), fastest({"float32": 5.0, "bfloat16": 9.0})
        ('float32', 'bfloat16')
    """
    gain = maps_per_s.get("bfloat16", 0.0) / maps_per_s["float32"]
    return "bfloat16" if gain >= LEAST_GAIN else "float32"


def _timing(
    architecture: Architecture,
    scenes: MeasuredScenes,
    pixels: int,
    width: float,
    device: torch.device,
) -> Timing:
    settings = HeatmapNetworkSettings(
        architecture=architecture,
        inputs=["rss", "aoa", "height"],
        target="log_distance",
        trained_decoder="soft_argmax",
    )
    with torch_seeded(0):
        model = channels_last(MapNetwork(settings, {}, pixels, width), device).train()
    optimizer = torch.optim.AdamW(model.network.parameters(), fused=True)
    objective = Objective(0.5, soft_argmax_beta=1.0)
    clock = _clock(device)

    def seconds(precision: Precision) -> float:
        training_step(model, objective, scenes, optimizer, precision)  # compiles its kernels
        times_s = []
        for _ in range(_ROUNDS):
            started_s = clock()
            for _ in range(_STEPS):
                training_step(model, objective, scenes, optimizer, precision)
            times_s.append(clock() - started_s)
        return min(times_s)

    maps = _STEPS * len(scenes.source_px)
    speeds = {precision: maps / seconds(precision) for precision in offered_precisions(device)}
    return Timing(taken=fastest(speeds), maps_per_s=speeds)


def _clock(device: torch.device) -> Callable[[], float]:
    """Seconds of this process on the CPU, which other programs do not lengthen; or of the GPU."""
    if device.type != "cuda":
        return time.process_time

    def synchronized_s() -> float:
        torch.cuda.synchronize(device)
        return time.perf_counter()

    return synchronized_s


def _some_scenes(settings: SceneSettings, count: int) -> MeasuredScenes:
    """Measured scenes of that size; what is on them does not matter."""
    drawer = RadioMapGenerator(settings, None, None)
    drawn = SceneSet.of([drawer.draw(0, "train", 0)] * count)
    surveyor = Surveyor(settings, MeasurementSettings(), frozenset())
    generators = np.random.default_rng(0).spawn(count)
    rows = np.arange(count)
    return surveyor.measured(drawn, rows, 0.1, ["pixels"] * count, [0.0] * count, generators)
