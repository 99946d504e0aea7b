"""Architectures of networks on maps, by name."""

from __future__ import annotations

from typing import Protocol

from torch import nn

from rfsl.config.radiomaps import Architecture, HeatmapNetworkSettings
from rfsl.networks.heatmap.autoencoders import DCAE, ModifiedDCAE, SkippedDCAE
from rfsl.networks.heatmap.locunet import LocUNet


class _Factory(Protocol):
    def __call__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> nn.Module: ...


#: Each takes maps (B, inputs, H, W) and makes maps (B, outputs, H, W).
ARCHITECTURES: dict[Architecture, _Factory] = {
    "locunet": LocUNet,
    "dcae": DCAE,
    "modified_dcae": ModifiedDCAE,
    "skipped_dcae": SkippedDCAE,
}


def build_network(
    settings: HeatmapNetworkSettings, channels: int, pixels: int, width: float
) -> nn.Module:
    """A network with fresh weights: maps (B, channels, H, W) to (B, outputs, H, W).

    There is one output, or for the target ``aoa`` two: cosine and sine of the angle.

    Args:
        settings: its architecture and target.
        channels: number of input channels.
        pixels: H = W.
        width: share of the published numbers of channels.

    Raises:
        ValueError: the architecture cannot take maps of that size, or the width is not positive.
    """
    outputs = 2 if settings.target == "aoa" else 1
    return ARCHITECTURES[settings.architecture](channels, pixels, width, outputs)
