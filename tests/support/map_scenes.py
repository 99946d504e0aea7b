"""Small scenes with their maps, and networks that do one thing, for tests of radio maps."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from rfsl.config.radiomaps import (
    HeatmapNetworkSettings,
    HeatmapScoreSettings,
    MeasurementSettings,
    Sampling,
    SceneSettings,
)
from rfsl.evaluation.heatmaps import HeatmapReader
from rfsl.networks.heatmap.network import MapNetwork, laid_out
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

#: Nothing that is measured is wrong unless the noise rate says so.
EXACT = MeasurementSettings(aoa_los_std_rad=0.0, aoa_nlos_std_rad=0.0)
WIDTH = 0.02


def scene_set(settings: SceneSettings, count: int, split: str = "train") -> SceneSet:
    """The first scenes of a split, by LocHeatmap's two laws."""
    drawer = RadioMapGenerator(settings, None, None)
    return SceneSet.of([drawer.draw(1, split, index) for index in range(count)])


def network_settings(inputs: str, target: str, **others: str) -> HeatmapNetworkSettings:
    """Settings of a network; a heatmap's is a LocUNet, a completion an autoencoder."""
    completes = target in ("rss", "aoa")
    values = {
        "architecture": "modified_dcae" if completes else "locunet",
        "inputs": inputs.split(),
        "target": target,
        "trained_decoder": None if completes else "soft_argmax",
    }
    return HeatmapNetworkSettings(**(values | others))


def fresh_network(
    settings: HeatmapNetworkSettings, seed: int = 0, pixels: int = 16, **completions: MapNetwork
) -> MapNetwork:
    """A narrow network with weights of that seed."""
    torch.manual_seed(seed)
    return laid_out(MapNetwork(settings, completions, pixels, WIDTH))


def zeroed_last_layer(model: MapNetwork) -> MapNetwork:
    """The network with a last convolution that makes nothing."""
    *_, last = (module for module in model.network.modules() if isinstance(module, nn.Conv2d))
    nn.init.zeros_(last.weight)
    assert last.bias is not None
    nn.init.zeros_(last.bias)
    return model


class Marking(nn.Module):
    """In place of a `MapNetwork`: 1 in one pixel and 0 elsewhere, whatever it is shown."""

    def __init__(self, column: int, row: int, measured: str = "rss height") -> None:
        super().__init__()
        self.column, self.row = column, row
        self.measured = frozenset(measured.split())
        self.completions = nn.ModuleList()
        self.settings = network_settings("rss height", "log_distance")

    def forward(self, maps: Mapping[str, Tensor]) -> Tensor:
        heatmap = torch.zeros_like(maps["rss"])
        heatmap[:, 0, self.row, self.column] = 1.0
        return heatmap


#: What modes are scored on in tests.
SCENES = SceneSettings(pixels=16, pixel_m=12.0, buildings=4)
FEW = scene_set(SCENES, 6, "test")
SCORE = HeatmapScoreSettings(
    coverages=[0.1, 0.3], noise_rates=[0.0, 0.5], coverage=0.2, noise_rate=0.0
)
FLIGHTS: list[Sampling] = ["spiral", "lawnmower", "random_waypoints"]


def surveyor(*channels: str) -> Surveyor:
    return Surveyor(SCENES, EXACT, frozenset(channels))


def reader(model: nn.Module, decoder: str = "argmax", beta: float = 16.0) -> HeatmapReader:
    return HeatmapReader(model, decoder, beta)  # type: ignore[arg-type]
