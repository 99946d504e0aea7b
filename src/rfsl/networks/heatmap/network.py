"""A network on maps, together with the networks that complete its inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from rfsl.config.radiomaps import HeatmapNetworkSettings, MeasurementSettings, SceneSettings
from rfsl.errors import DataError
from rfsl.io.writing import written_beside
from rfsl.networks.heatmap.build import build_network
from rfsl.networks.heatmap.original import stretched, with_torchs_weights
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.encoding import CHANNELS
from rfsl.radiomaps.original_encoding import ORIGINAL_CHANNELS

#: Order of the channels of a map in memory. Which one is faster depends on processor and width.
Layout = Literal["channels_last", "channels_first"]
_FORMATS = {"channels_last": torch.channels_last, "channels_first": torch.contiguous_format}


class MapNetwork(nn.Module):
    """A network from maps by name to a completed map, or to a heatmap of the source's position.

    Args:
        settings: of this network.
        completions: by name, networks whose completed maps are inputs of this one. They are not
            trained with it.
        pixels: H = W.
        width: share of the published numbers of channels.

    Raises:
        ValueError: see `rfsl.networks.heatmap.build.build_network`.
    """

    def __init__(
        self,
        settings: HeatmapNetworkSettings,
        completions: Mapping[str, MapNetwork],
        pixels: int,
        width: float,
    ) -> None:
        super().__init__()
        self.layout: Layout = "channels_last"
        self.settings = settings
        self.names = tuple(completions)  # a ModuleDict would not take every name
        self.completions = nn.ModuleList(completions.values()).requires_grad_(False).eval()
        targets = {name: network.settings.target for name, network in completions.items()}
        of_map = ORIGINAL_CHANNELS if settings.original else CHANNELS
        channels = sum(of_map[targets.get(name, name)] for name in settings.inputs)
        network = build_network(settings, channels, pixels, width)
        self.network = with_torchs_weights(network) if settings.original else network

    @property
    def measured(self) -> frozenset[str]:
        """Names (of `CHANNELS`) of the maps that it or its completions take as input."""
        seen = {name for name in self.settings.inputs if name not in self.names}
        for network in self.completions:
            assert isinstance(network, MapNetwork)
            seen |= network.measured
        return frozenset(seen)

    def surveyor(self, scenes: SceneSettings, measurement: MeasurementSettings) -> Surveyor:
        """Measures scenes as this network takes them.

        Args:
            scenes: settings of the scenes.
            measurement: errors of the measurements.
        """
        return Surveyor(scenes, measurement, self.measured, self.settings.original)

    def forward(self, maps: Mapping[str, Tensor]) -> Tensor:
        """A map (B, 1, H, W), or (B, 2, H, W) of cosine and sine, in float32.

        It is computed in the precision of the weights. If the network corrects one of its inputs,
        that input is added to the output. If it is an original one, the completed maps that it sees
        are stretched to 0 to 1, and so is its heatmap outside training (a Gaussian one always).

        Args:
            maps: (B, C, H, W) by name, as in `rfsl.radiomaps.encoding.MapInputs`.
        """
        parts = []
        for name in self.settings.inputs:
            if name in self.names:
                with torch.no_grad():
                    completed = self.completions[self.names.index(name)](maps)
                parts.append(stretched(completed) if self.settings.original else completed)
            else:
                parts.append(maps[name])
        stacked = torch.cat(parts, dim=1).contiguous(memory_format=_FORMATS[self.layout])
        precision = next(self.network.parameters()).dtype
        made: Tensor = self.network(stacked.to(precision)).float()
        if self.settings.corrects is not None:
            made = made + maps[self.settings.corrects]
        if self._stretches:
            made = stretched(made)
        return made

    @property
    def _stretches(self) -> bool:
        settings = self.settings
        if not settings.original or settings.completes:
            return False
        return settings.target == "gaussian" or not self.training

    def train(self, mode: bool = True) -> MapNetwork:
        """As in torch, but the completions stay in eval mode."""
        super().train(mode)
        self.completions.eval()
        return self


def save_map_network(model: MapNetwork, path: Path) -> None:
    """Write the weights of the network itself, without those of its completions.

    Raises:
        DataError: the file cannot be written.
    """
    state = {name: value.cpu().contiguous() for name, value in model.network.state_dict().items()}
    with written_beside(path) as temporary:
        save_file(state, temporary)


def load_map_network(
    settings: Mapping[str, HeatmapNetworkSettings],
    weights: Sequence[str | Path],
    pixels: int,
    width: float,
) -> MapNetwork:
    """Rebuild a network with its completions, in eval mode.

    Args:
        settings: by name, first the completions, last the network.
        weights: their files, in the same order.
        pixels: H = W.
        width: share of the published numbers of channels.

    Raises:
        DataError: a file does not hold the weights of such a network.
    """
    models: dict[str, MapNetwork] = {}
    for (name, item), path in zip(settings.items(), weights, strict=True):
        seen = {other: models[other] for other in item.inputs if other in models}
        model = MapNetwork(item, seen, pixels, width)
        try:
            model.network.load_state_dict(load_file(path))
        except (OSError, SafetensorError, RuntimeError) as error:
            raise DataError(
                f"{path}: not the weights of network {name} for maps of {pixels} pixels and width "
                f"{width:g} ({error}); delete it and run again"
            ) from error
        models[name] = laid_out(model)
    return laid_out(models[name]).eval()


def laid_out(
    model: MapNetwork, device: str | torch.device = "cpu", layout: Layout = "channels_last"
) -> MapNetwork:
    """The network on a device, with its maps and weights in an order of channels in memory.

    Completions that are inputs of the network keep their own order.
    """
    model.to(device)
    model.layout = layout
    for parameter in model.network.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=_FORMATS[layout])
    return model
