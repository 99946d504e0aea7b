"""Training of LocUNet: maps a second beside a plain loop over single maps in float32.

    python tests/benchmarks/bench_heatmap_training.py [threads]

Both train the published network (22.3 M parameters, three input maps of 128 x 128 pixels) on the
same maps with the same loss. The plain loop is LocHeatmap's: a batch of one, float32, upsampling
before each 1x1 convolution, Adam. Rounds of both take turns, and the best of each counts, since
other work on the machine only slows them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from rfsl.config import HeatmapNetworkSettings, MeasurementSettings, SceneSettings
from rfsl.heatmap_training import Objective, tensors, training_step
from rfsl.models.heatmap import (
    MapNetwork,
    channels_last,
    decoder,
    heatmap_loss,
    log_distance_target,
)
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

PIXELS, BATCH, ROUNDS, PLAIN_STEPS = 128, 32, 3, 4
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


def plain_loop(measured: MeasuredScenes) -> Callable[[], int]:
    """Steps of one map each; returns how many maps."""
    model = PlainLocUNet()
    optimizer = torch.optim.Adam(model.parameters())
    maps = tensors(measured.inputs.maps, torch.device("cpu"))
    # The cosine alone stands for the angle, which LocHeatmap feeds: three maps go in.
    inputs = torch.cat([maps["rss"], maps["aoa"][:, :1], maps["height"]], dim=1)
    source_px = torch.from_numpy(measured.source_px)
    read = decoder("soft_argmax", 16.0)

    def steps() -> int:
        for item in range(PLAIN_STEPS):
            optimizer.zero_grad()
            heatmap = model(inputs[item : item + 1])[:, 0]
            target = log_distance_target(source_px[item : item + 1], PIXELS)
            place_px = read(heatmap)
            loss = heatmap_loss(heatmap, target, place_px, source_px[item : item + 1], PIXELS, 0.8)
            loss.backward()
            optimizer.step()
        return PLAIN_STEPS

    return steps


def ours(measured: MeasuredScenes) -> Callable[[], int]:
    """One step of a batch as the pipeline trains; returns how many maps."""
    settings = HeatmapNetworkSettings(
        architecture="locunet",
        inputs=["rss", "aoa", "height"],
        target="log_distance",
        trained_decoder="soft_argmax",
    )
    model = channels_last(MapNetwork(settings, {}, PIXELS, 1.0)).train()
    optimizer = torch.optim.AdamW(model.parameters(), fused=True)
    objective = Objective(0.8, soft_argmax_beta=16.0)

    def steps() -> int:
        training_step(model, objective, measured, optimizer, "bfloat16")
        return BATCH

    return steps


def rate(steps: Callable[[], int]) -> float:
    started = time.perf_counter()
    count = steps()
    return count / (time.perf_counter() - started)


def main() -> None:
    threads = int(sys.argv[1]) if len(sys.argv) > 1 else torch.get_num_threads()
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    measured = scenes()
    loops = {"plain loop": plain_loop(measured), "pipeline": ours(measured)}
    for steps in loops.values():
        steps()  # the first one also sets up
    rounds = [{name: rate(steps) for name, steps in loops.items()} for _ in range(ROUNDS)]
    print(f"LocUNet, {PIXELS} px, {threads} thread(s), torch {torch.__version__}")
    for number, rates in enumerate(rounds):
        texts = ", ".join(f"{name} {value:.2f} maps/s" for name, value in rates.items())
        print(f"  round {number}: {texts}, ratio {rates['pipeline'] / rates['plain loop']:.1f}")
    best = {name: max(rates[name] for rates in rounds) for name in loops}
    texts = ", ".join(f"{name} {value:.2f} maps/s" for name, value in best.items())
    print(f"best: {texts}, ratio {best['pipeline'] / best['plain loop']:.1f}")


if __name__ == "__main__":
    main()
