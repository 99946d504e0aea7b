"""How trainings compute: timed once on the device, and kept in a file that all of them read.

Whether bfloat16 is faster than float32, and which order of channels in memory is, depends on the
processor, the width of the network and the size of its batches. All seeds of a network compute
alike, and a training that is run again computes as the first time, because the file is measured
only once.
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
from rfsl.networks.heatmap.network import Layout, MapNetwork, laid_out
from rfsl.networks.heatmap.training import Objective, training_step
from rfsl.networks.torch_support import device_name, torch_seeded
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

#: Another order than channels_last, and bfloat16 in place of float32, are taken if they train on
#: this many times as many maps a second. With less to gain, chance would decide.
LEAST_GAIN = 1.1
#: Rounds of steps, of which the fastest counts, and steps in each.
_ROUNDS, _STEPS = 3, 4

_LOG = logging.getLogger(__name__)


class Computation(Record):
    """How a network is trained: in which precision, and in which order of channels in memory."""

    precision: Precision
    layout: Layout


class Timing(Record):
    """Speed of the training of an architecture.

    Attributes:
        taken: how to train it.
        maps_per_s: maps a second of processor time (of wall time on a GPU), by precision, then by
            layout.
    """

    taken: Computation
    maps_per_s: dict[Precision, dict[Layout, float]]


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
    """Time steps of training in each precision that a device offers, and each order of channels.

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


def training_computation(
    wanted: str, measured: Iterable[str | Path], architecture: Architecture, device: torch.device
) -> Computation:
    """How to train an architecture. The log of the job says it.

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
            return Computation(precision=name, layout="channels_last")
    (path,) = measured
    try:
        record = MeasuredPrecision.model_validate(read_json(path))
        timing = record.architectures[architecture]
    except (ValueError, KeyError) as error:
        raise DataError(
            f"{path}: no measured precision of {architecture} ({error}); delete it and run again"
        ) from error
    taken = timing.taken
    if taken.precision not in offered_precisions(device):
        _LOG.warning(
            "trained in float32, because %s does not have %s, which was measured on %s",
            device_name(device),
            taken.precision,
            record.device,
        )
        return Computation(precision="float32", layout="channels_last")
    speeds = ", ".join(
        f"{precision} {layout} {speed:.3g} maps/s"
        for precision, by_layout in timing.maps_per_s.items()
        for layout, speed in by_layout.items()
    )
    _LOG.info(
        "trained in %s, %s; measured on %s: %s",
        taken.precision,
        taken.layout,
        record.device,
        speeds,
    )
    return taken


def fastest(maps_per_s: Mapping[Precision, Mapping[Layout, float]]) -> Computation:
    """float32 and channels_last, unless another way is faster by `LEAST_GAIN`.

    Example:
        >>> fastest(
        ...     {
        ...         "float32": {"channels_last": 10.0, "channels_first": 10.9},
        ...         "bfloat16": {"channels_last": 8.0, "channels_first": 12.0},
        ...     }
        ... )
        Computation(precision='bfloat16', layout='channels_first')
    """

    def layout(precision: Precision) -> Layout:
        speeds = maps_per_s[precision]
        first = speeds["channels_first"] >= LEAST_GAIN * speeds["channels_last"]
        return "channels_first" if first else "channels_last"

    found: list[tuple[Precision, Layout]] = [(name, layout(name)) for name in maps_per_s]
    taken = found[0]
    for precision, order in found[1:]:
        if maps_per_s[precision][order] >= LEAST_GAIN * maps_per_s[taken[0]][taken[1]]:
            taken = precision, order
    return Computation(precision=taken[0], layout=taken[1])


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
    objective = Objective(0.5, soft_argmax_beta=1.0)
    clock = _clock(device)

    def seconds(precision: Precision, layout: Layout) -> float:
        with torch_seeded(0):
            fresh = MapNetwork(settings, {}, pixels, width)
        model = laid_out(fresh, device, layout).train()
        optimizer = torch.optim.AdamW(model.network.parameters(), fused=True)
        training_step(model, objective, scenes, optimizer, precision)  # compiles its kernels
        times_s = []
        for _ in range(_ROUNDS):
            started_s = clock()
            for _ in range(_STEPS):
                training_step(model, objective, scenes, optimizer, precision)
            times_s.append(clock() - started_s)
        return min(times_s)

    maps = _STEPS * len(scenes.source_px)
    speeds: dict[Precision, dict[Layout, float]] = {
        precision: {layout: maps / seconds(precision, layout) for layout in get_args(Layout)}
        for precision in offered_precisions(device)
    }
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
