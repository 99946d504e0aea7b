"""Training of LocUNet: maps a second beside a plain loop over single maps in float32.

Both train the published network (22.3 M parameters, three input maps of 128 x 128 pixels) on the
same maps with the same loss. The plain loop is LocHeatmap's: a batch of one, float32, upsampling
before each 1x1 convolution, Adam.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from ratios import Row, Timed
from torch import Tensor, nn

from rfsl.config.radiomaps import HeatmapNetworkSettings, MeasurementSettings, SceneSettings
from rfsl.networks.heatmap.decoders import decoder
from rfsl.networks.heatmap.losses import heatmap_loss
from rfsl.networks.heatmap.network import MapNetwork, channels_last
from rfsl.networks.heatmap.targets import log_distance_target
from rfsl.networks.heatmap.training import Objective, tensors, training_step
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

PIXELS, BATCH, PLAIN_STEPS = 128, 32, 4
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


def test_training_of_locunet(ratio_row: Callable[..., Row]) -> None:
    torch.manual_seed(0)
    measured = scenes()
    plain = PlainLocUNet()
    model = pipeline_network(plain)
    with torch.no_grad():
        maps = {name: torch.from_numpy(values[:2]) for name, values in measured.inputs.maps.items()}
        torch.testing.assert_close(model(maps), plain(plain_inputs(measured)[:2]))
    trained = channels_last(model).train()
    optimizer = torch.optim.AdamW(trained.parameters(), fused=True)
    objective = Objective(0.8, soft_argmax_beta=16.0)
    ratio_row(
        Timed(
            "LocUNet training, 128 x 128 pixels, batch of 32, bfloat16",
            lambda: training_step(trained, objective, measured, optimizer, "bfloat16"),
            BATCH,
        ),
        Timed("float32, one map a step", plain_loop(plain, measured), PLAIN_STEPS),
        unit="maps/s",
        to_reach="",
        rounds=3,
    )
