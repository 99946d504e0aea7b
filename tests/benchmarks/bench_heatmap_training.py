"""Training of LocUNet and of the autoencoder: maps a second beside a plain loop over single maps.

Both train the published network (LocUNet: 22.3 M parameters, three input maps of 128 x 128 pixels;
the autoencoder that completes RSS: 371,073 parameters) on the same maps with the same loss. The
plain loop is LocHeatmap's: a batch of one, float32, upsampling before each 1x1 convolution, Adam.
Ours takes the batch of the default config, and the precision and order of channels in memory that
are fastest on the machine. The bound is the machine's own rate of matrix products in float32, on
the same number of cores.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import get_args

import numpy as np
import pytest
import torch
from ratios import Row, Timed
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.utils.flop_counter import FlopCounterMode

from rfsl.config.radiomaps import (
    HeatmapNetworkSettings,
    HeatmapTrainingSettings,
    MeasurementSettings,
    Precision,
    SceneSettings,
)
from rfsl.networks.heatmap.decoders import decoder
from rfsl.networks.heatmap.losses import heatmap_loss
from rfsl.networks.heatmap.network import Layout, MapNetwork, laid_out
from rfsl.networks.heatmap.precision import Computation, fastest, offered_precisions
from rfsl.networks.heatmap.targets import log_distance_target
from rfsl.networks.heatmap.training import Objective, tensors, training_step
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

PIXELS, BATCH, PLAIN_STEPS = 128, HeatmapTrainingSettings().batch_size, 2
#: Rows and columns of the matrices whose product gives the machine's own rate.
MATRIX = 1024
CPU = torch.device("cpu")
ENCODER = (
    *((20, 3, 1), (50, 5, 2), (60, 5, 2), (70, 5, 1), (90, 5, 2), (100, 5, 1), (120, 5, 2)),
    *((120, 3, 1), (135, 5, 1), (150, 5, 2), (225, 5, 1), (300, 5, 2), (400, 5, 1), (500, 5, 2)),
)


class PlainLocUNet(nn.Module):
    """LocUNet as one writes it down from the paper."""

    def __init__(self) -> None:
        super().__init__()
        channels = [3, *(count for count, _, _ in ENCODER)]
        self.encoder = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(channels[layer], count, kernel, padding=kernel // 2),
                nn.LeakyReLU(0.2),
                nn.AvgPool2d(pool) if pool > 1 else nn.Identity(),
            )
            for layer, (count, kernel, pool) in enumerate(ENCODER)
        )
        self.decoder = nn.ModuleList()
        for layer in range(len(ENCODER) - 1, 0, -1):
            count, kernel, pool = ENCODER[layer]
            taken = count if layer == len(ENCODER) - 1 else 2 * count
            if pool > 1:
                steps = [
                    nn.Upsample(scale_factor=2, mode="bilinear"),
                    nn.Conv2d(taken, channels[layer], 1),
                ]
            else:
                steps = [nn.Conv2d(taken, channels[layer], kernel, padding=kernel // 2)]
            self.decoder.append(nn.Sequential(*steps, nn.LeakyReLU(0.2)))
        self.last = nn.ModuleList([nn.Conv2d(43, 20, 5, padding=2), nn.Conv2d(23, 1, 5, padding=2)])

    def forward(self, maps: Tensor) -> Tensor:
        made, seen = maps, []
        for layer in self.encoder:
            made = layer(made)
            seen.append(made)
        for layer, before in zip(self.decoder, seen[-2::-1], strict=True):
            made = torch.cat([layer(made), before], dim=1)
        for layer in self.last:
            made = nn.functional.leaky_relu(layer(torch.cat([made, maps], dim=1)), 0.2)
        return made


def scenes() -> MeasuredScenes:
    settings = SceneSettings(pixels=PIXELS, pixel_m=3.0)
    generator = RadioMapGenerator(settings, None, None)
    stacked = SceneSet.of([generator.draw(0, "train", number) for number in range(BATCH)])
    surveyor = Surveyor(settings, MeasurementSettings(), frozenset())
    rng = np.random.default_rng(0)
    kinds, rates = ["pixels"] * BATCH, [0.0] * BATCH
    return surveyor.measured(stacked, np.arange(BATCH), 0.1, kinds, rates, rng.spawn(BATCH))


def plain_inputs(measured: MeasuredScenes) -> Tensor:
    """The cosine alone stands for the angle, which LocHeatmap feeds: three maps go in."""
    maps = tensors(measured.inputs.maps, torch.device("cpu"))
    return torch.cat([maps["rss"], maps["aoa"][:, :1], maps["height"]], dim=1)


def plain_loop(model: PlainLocUNet, measured: MeasuredScenes) -> Callable[[], None]:
    """`PLAIN_STEPS` steps of one map each."""
    optimizer = torch.optim.Adam(model.parameters())
    inputs = plain_inputs(measured)
    source_px = torch.from_numpy(measured.source_px)
    read = decoder("soft_argmax", 16.0)

    def steps() -> None:
        for item in range(PLAIN_STEPS):
            optimizer.zero_grad()
            heatmap = model(inputs[item : item + 1])[:, 0]
            target = log_distance_target(source_px[item : item + 1], PIXELS)
            place_px = read(heatmap)
            loss = heatmap_loss(heatmap, target, place_px, source_px[item : item + 1], PIXELS, 0.8)
            loss.backward()
            optimizer.step()

    return steps


def pipeline_network(plain: PlainLocUNet) -> MapNetwork:
    """The pipeline's network with the plain one's weights; the map of sines weighs nothing."""
    settings = HeatmapNetworkSettings(
        architecture="locunet",
        inputs=["rss", "aoa", "height"],
        target="log_distance",
        trained_decoder="soft_argmax",
    )
    model = MapNetwork(settings, {}, PIXELS, 1.0)
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), plain.parameters(), strict=True):
            if ours.shape == theirs.shape:
                ours.copy_(theirs)
            else:  # a layer that sees the input, its channels last
                kept = [channel for channel in range(ours.shape[1]) if channel != ours.shape[1] - 2]
                ours.zero_()
                ours[:, kept] = theirs
    return model


class PlainAutoencoder(nn.Module):
    """Modified-DCAE as LocHeatmap writes it down, without the last activation."""

    def __init__(self) -> None:
        super().__init__()
        encoder: list[nn.Module] = []
        decoder: list[nn.Module] = []
        for before in (2, 64, 64):
            encoder += [nn.Conv2d(before, 64, 3, padding=1), nn.LeakyReLU()]
            encoder += [nn.Conv2d(64, 64, 3, padding=1), nn.LeakyReLU(), nn.MaxPool2d(2)]
        for after in (64, 64, 1):
            decoder += [nn.Upsample(scale_factor=2, mode="bilinear")]
            decoder += [nn.ConvTranspose2d(64, 64, 3, padding=1), nn.LeakyReLU()]
            decoder += [nn.ConvTranspose2d(64, after, 3, padding=1), nn.LeakyReLU()]
        self.layers = nn.Sequential(*encoder, *decoder[:-1])

    def forward(self, maps: Tensor) -> Tensor:
        return self.layers(maps)


def plain_completion(model: PlainAutoencoder, measured: MeasuredScenes) -> Callable[[], None]:
    """`PLAIN_STEPS` steps of one map each."""
    optimizer = torch.optim.Adam(model.parameters())
    maps = tensors(measured.inputs.maps, CPU)
    inputs, truth = torch.cat([maps["rss"], maps["height"]], dim=1), torch.from_numpy(measured.rss)

    def steps() -> None:
        for item in range(PLAIN_STEPS):
            optimizer.zero_grad()
            mse_loss(model(inputs[item : item + 1]), truth[item : item + 1]).backward()
            optimizer.step()

    return steps


def pipeline_autoencoder(plain: PlainAutoencoder) -> MapNetwork:
    """The pipeline's network with the plain one's weights, its transposed kernels turned."""
    settings = HeatmapNetworkSettings(
        architecture="modified_dcae", inputs=["rss", "height"], target="rss"
    )
    model = MapNetwork(settings, {}, PIXELS, 1.0)
    theirs = [m for m in plain.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]
    ours = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    with torch.no_grad():
        for layer, other in zip(ours, theirs, strict=True):
            assert layer.bias is not None and other.bias is not None
            turned = isinstance(other, nn.ConvTranspose2d)
            layer.weight.copy_(other.weight.transpose(0, 1).flip(2, 3) if turned else other.weight)
            layer.bias.copy_(other.bias)
    return model


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    yield
    torch.set_num_threads(before)


def steps_of(
    model: MapNetwork, objective: Objective, measured: MeasuredScenes
) -> tuple[Callable[[], object], Computation, float]:
    """A step in the fastest way, that way, and operations of a step."""

    def stepping(precision: Precision, layout: Layout) -> Callable[[], float]:
        trained = laid_out(deepcopy(model), "cpu", layout).train()
        optimizer = torch.optim.AdamW(trained.parameters(), fused=True)

        def step() -> float:
            started_s = time.process_time()
            training_step(trained, objective, measured, optimizer, precision)
            return time.process_time() - started_s

        return step

    with FlopCounterMode(display=False) as counter:
        stepping("float32", "channels_last")()
    speeds: dict[Precision, dict[Layout, float]] = {}
    for precision in offered_precisions(CPU):
        steps = {layout: stepping(precision, layout) for layout in get_args(Layout)}
        speeds[precision] = {name: 1.0 / min(step(), step()) for name, step in steps.items()}
    found = fastest(speeds)
    return stepping(found.precision, found.layout), found, counter.get_total_flops()


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("network", ["LocUNet", "completion of RSS"])
def test_training(ratio_row: Callable[..., Row], network: str, cores: int) -> None:
    torch.manual_seed(0)
    measured = scenes()
    maps = {name: torch.from_numpy(values) for name, values in measured.inputs.maps.items()}
    if network == "LocUNet":
        plain: nn.Module = PlainLocUNet()
        model = pipeline_network(plain)
        loop, inputs = plain_loop(plain, measured), plain_inputs(measured)
        objective = Objective(0.8, soft_argmax_beta=16.0)
    else:
        plain = PlainAutoencoder()
        model = pipeline_autoencoder(plain)
        loop = plain_completion(plain, measured)
        inputs = torch.cat([maps["rss"], maps["height"]], dim=1)
        objective = Objective(0.8)
    with torch.no_grad():
        torch.testing.assert_close(model(maps), plain(inputs))
    with on_cores(cores):
        step, found, operations = steps_of(model, objective, measured)
        one, other = torch.randn(2, MATRIX, MATRIX)
        clock = time.process_time if cores == 1 else time.perf_counter
        how = f"{found.precision} {found.layout}"
        words = f"{cores} core{'s' if cores > 1 else ''}"
        ratio_row(
            Timed(
                f"{network}, 128 x 128, batch of {BATCH}, {how}, {words}",
                step,
                BATCH,
                clock,
            ),
            Timed("float32, one map a step", loop, PLAIN_STEPS, clock),
            Timed(
                "matrix products in float32",
                lambda: torch.mm(one, other),
                2 * MATRIX**3 * BATCH / operations,
                clock,
            ),
            unit="maps/s",
            to_reach="3 times, 55 % of the bound",
            rounds=3,
        )
