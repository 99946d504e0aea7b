"""Small scenes with their maps, and networks that do one thing, for tests of radio maps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from rfsl.config import HeatmapNetworkSettings
from rfsl.config.heatmaps import MeasurementSettings, SceneSettings
from rfsl.models.heatmap import MapNetwork, channels_last
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.maps import RadioMapGenerator

#: Nothing that is measured is wrong unless the noise rate says so.
EXACT = MeasurementSettings(aoa_los_std_rad=0.0, aoa_nlos_std_rad=0.0)
WIDTH = 0.02


def scene_set(settings: SceneSettings, count: int, split: str = "train") -> SceneSet:
    """The first scenes of a split, by LocHeatmap's two laws."""
    drawer = RadioMapGenerator(settings, None, None)
    drawn = [drawer.draw(1, split, index) for index in range(count)]
    return SceneSet(
        height_m=np.stack([scene.height_m for scene, _ in drawn]),
        rss_dbm=np.stack([maps.rss_dbm for _, maps in drawn]),
        aoa_rad=np.stack([maps.aoa_rad for _, maps in drawn]),
        line_of_sight=np.stack([maps.line_of_sight for _, maps in drawn]),
        source_m=np.stack([scene.source_m for scene, _ in drawn]),
    )


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
    return channels_last(MapNetwork(settings, completions, pixels, WIDTH))


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
        self.targets: dict[str, str] = {}
        self.completions = nn.ModuleList()

    def forward(self, maps: Mapping[str, Tensor]) -> Tensor:
        heatmap = torch.zeros_like(maps["rss"])
        heatmap[:, 0, self.row, self.column] = 1.0
        return heatmap
