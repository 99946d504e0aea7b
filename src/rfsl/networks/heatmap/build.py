"""Networks on maps by name."""

from __future__ import annotations

from typing import Protocol

from torch import nn

from rfsl.config.radiomaps import Architecture, HeatmapNetworkSettings
from rfsl.networks.heatmap.autoencoders import DCAE, ModifiedDCAE
from rfsl.networks.heatmap.locunet import LocUNet


class _Factory(Protocol):
    def __call__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> nn.Module: ...


#: Every one takes maps (B, inputs, H, W) and makes maps (B, outputs, H, W).
ARCHITECTURES: dict[Architecture, _Factory] = {
    "locunet": LocUNet,
    "dcae": DCAE,
    "modified_dcae": ModifiedDCAE,
}


def build_network(
    settings: HeatmapNetworkSettings, channels: int, pixels: int, width: float
) -> nn.Module:
    """A network with fresh weights: maps (B, channels, H, W) to (B, outputs, H, W).

    There is one output, or two for the target ``aoa``: the cosine and sine of the angle.

    Args:
        settings: its architecture and target.
        channels: of the maps that go in.
        pixels: of a map in each direction.
        width: share of the published numbers of channels.

    Raises:
        ValueError: a size of maps that the architecture cannot take, or a width that is not
            positive.
    """
    outputs = 2 if settings.target == "aoa" else 1
    return ARCHITECTURES[settings.architecture](channels, pixels, width, outputs)
