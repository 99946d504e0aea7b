"""Architectures of networks on maps, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torch import nn

from rfsl.config.radiomaps import Architecture, HeatmapNetworkSettings
from rfsl.networks.heatmap.autoencoders import DCAE, ModifiedDCAE, SkippedDCAE, leaky
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
#: Activations that LocHeatmap's autoencoders end with, and ours do not.
LAST_ACTIVATIONS: dict[Architecture, Callable[[], nn.Module]] = {
    "dcae": nn.PReLU,
    "modified_dcae": leaky,
}


def build_network(
    settings: HeatmapNetworkSettings, channels: int, pixels: int, width: float
) -> nn.Module:
    """A network with fresh weights: maps (B, channels, H, W) to (B, outputs, H, W).

    There is one output, or for the target ``aoa`` two: cosine and sine of the angle. An original
    network has the angle itself as its output, and an activation after its last convolution.

    Args:
        settings: its architecture and target.
        channels: number of input channels.
        pixels: H = W.
        width: share of the published numbers of channels.

    Raises:
        ValueError: the architecture cannot take maps of that size, or the width is not positive.
    """
    outputs = 2 if settings.target == "aoa" and not settings.original else 1
    network = ARCHITECTURES[settings.architecture](channels, pixels, width, outputs)
    if settings.original and settings.architecture in LAST_ACTIVATIONS:
        return nn.Sequential(network, LAST_ACTIVATIONS[settings.architecture]())
    return network
