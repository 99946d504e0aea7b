"""What the modes on radio maps need: scenes, networks and their files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from rfsl.config.radiomaps import (
    FOLDER_CHANNELS,
    LOS_NLOS,
    MAP_FOLDER,
    HeatmapNetworkSettings,
    RawChannel,
)
from rfsl.propagation.models import MODELS
from rfsl.randomness import SPLITS, shard_ranges
from rfsl.workflow.plan.core import Core

_RAW = get_args(RawChannel)
#: Keys that set how many scenes there are; the content of a scene does not depend on them.
_COUNTS = {"train_scenes", "validation_scenes", "test_scenes", "shard_size"}


@dataclass(frozen=True)
class HeatmapPlan:
    """The part of the plan for modes whose localizer is `heatmap`."""

    core: Core

    @cached_property
    def networks(self) -> dict[str, HeatmapNetworkSettings]:
        """Configured networks on radio maps, by name; with `heatmaps.original` as LocHeatmap's."""
        heatmaps = self.core.config.heatmaps
        if not heatmaps.original:
            return heatmaps.networks
        theirs = {name for name, network in heatmaps.networks.items() if network.of_locheatmap}
        return {
            name: _as_original(network) if {name, *network.inputs} <= {*theirs, *_RAW} else network
            for name, network in heatmaps.networks.items()
        }

    def modes(self) -> list[str]:
        """Modes on radio maps."""
        return [name for name in self.core.config.modes if self.core.is_heatmap(name)]

    # Scenes

    def shards(self, split: str) -> list[range]:
        """Numbers of the scenes in each shard of a split."""
        scenes = self.core.config.heatmaps.scenes
        counts = (scenes.train_scenes, scenes.validation_scenes, scenes.test_scenes)
        return shard_ranges(counts[SPLITS.index(split)], scenes.shard_size)

    def scene_files(self, propagation: str, split: str) -> list[str]:
        """Files of all scenes of a split."""
        return [
            f"results/radiomaps/{propagation}/{split}/{shard}.arrow"
            for shard in range(len(self.shards(split)))
        ]

    def scene_params(self) -> dict[str, Any]:
        """What a scene depends on besides its number."""
        return self.core.config.heatmaps.scenes.model_dump(exclude=_COUNTS)

    def map_params(self, propagation: str) -> dict[str, Any]:
        """What the radio maps of a scene depend on: model and attitude, or the folder."""
        if propagation == MAP_FOLDER:
            return {"folder": self.core.config.heatmaps.folder.model_dump()}
        if propagation == LOS_NLOS:
            return {"model": {}, "attitude_range_deg": None}
        attitude_deg = self.core.config.simulation.attitude_range_deg
        return {
            "model": self.core.propagation_params(propagation),
            "attitude_range_deg": attitude_deg if MODELS[propagation].uses_attitude else None,
        }

    def antenna_files(self, propagation: str) -> list[str]:
        """Chamber files that the radio maps need."""
        without = (LOS_NLOS, MAP_FOLDER)
        return [] if propagation in without else self.core.antenna_files(propagation)

    # Networks

    def completions(self, network: str) -> list[str]:
        """Networks whose completed maps are inputs of a network."""
        return [name for name in self.networks[network].inputs if name not in _RAW]

    def channels(self, network: str) -> set[str]:
        """Names of the maps that a network and its completions are given."""
        named = [network, *self.completions(network)]
        return {name for item in named for name in self.networks[item].inputs if name in _RAW}

    def network_params(self, network: str) -> dict[str, dict[str, Any]]:
        """Plain values of a network, and of its completions before it."""
        return {
            name: self.networks[name].model_dump() for name in (*self.completions(network), network)
        }

    def weights(self, propagation: str, network: str, seed: int | str) -> list[str]:
        """Files of the weights of a network and of its completions, in `network_params`'s order."""
        return [
            f"results/models/heatmap/{propagation}/{name}/seed{seed}/model.safetensors"
            for name in (*self.completions(network), network)
        ]

    def seed_weights(self, propagation: str, network: str) -> list[str]:
        """Files of the weights of a network without its completions, one for each seed."""
        return [self.weights(propagation, network, seed)[-1] for seed in self.seeds()]

    def rss_completions(self) -> list[str]:
        """Networks that complete a sparse map of RSS, for the scenes of the figures.

        An original one is none of them, since it erases half of the map.
        """
        names = [
            name
            for name, network in self.networks.items()
            if network.target == "rss" and not network.whole_map and not network.original
        ]
        if self.shown_propagation() != MAP_FOLDER:
            return names
        return [name for name in names if self.channels(name) <= set(FOLDER_CHANNELS)]

    def whole_map_networks(self) -> list[str]:
        """Networks that are shown the whole map of RSS."""
        return [name for name, network in self.networks.items() if network.whole_map]

    def architectures(self) -> list[str]:
        """Architectures of the networks."""
        return sorted({network.architecture for network in self.networks.values()})

    def timed_params(self) -> dict[str, Any]:
        """What the speed of a training depends on."""
        return self.core.config.heatmaps.training.model_dump(include={"width", "batch_size"})

    def precision_files(self) -> list[str]:
        """The file of the measured precision, if the config sets none."""
        measured = self.core.config.heatmaps.training.precision == "measured"
        return ["results/models/heatmap/precision.json"] if measured else []

    def training_params(self) -> dict[str, Any]:
        """What one training depends on; the number of seeds is not part of it."""
        return self.core.config.heatmaps.training.model_dump(exclude={"seeds"})

    def target_params(self, network: str) -> dict[str, Any]:
        """Settings of the target and the decoder that a network is trained with, None if unused."""
        heatmaps = self.core.config.heatmaps
        settings = self.networks[network]
        return {
            "gaussian_std_px": heatmaps.gaussian_std_px if settings.target == "gaussian" else None,
            "soft_argmax_beta": (
                heatmaps.soft_argmax_beta if settings.trained_decoder == "soft_argmax" else None
            ),
        }

    def seeds(self) -> range:
        """Seeds of each network."""
        return range(self.core.config.heatmaps.training.seeds)

    # Modes

    def mode_network(self, mode: str) -> str:
        """Network of a mode."""
        return str(self.core.config.modes[mode].network)

    def mode_propagation(self, mode: str) -> str:
        """Propagation model of a mode's scenes."""
        return str(self.core.config.modes[mode].propagation)

    def shown_propagation(self) -> str:
        """Propagation of the scenes on which the figures compare modes."""
        return self.mode_propagation(self.core.config.figures.heatmap.modes[0])

    def shown_search(self) -> list[str]:
        """Scores of the search by the two laws, for figures of scenes that follow these laws."""
        known = self.shown_propagation() == LOS_NLOS
        return ["results/evaluation/heatmap/two_laws.parquet"] if known else []

    def scenes_in_words(self, mode: str) -> str:
        """What the scenes of a mode are, for a figure."""
        if self.mode_propagation(mode) == MAP_FOLDER:
            return f"Scenes of {self.core.config.heatmaps.folder.dataset}"
        return "Synthetic scenes"

    def mode_weights(self, mode: str) -> list[str]:
        """Files of the weights of all networks of a mode, seed by seed."""
        return [
            path
            for seed in self.seeds()
            for path in self.weights(self.mode_propagation(mode), self.mode_network(mode), seed)
        ]

    def mode_params(self, mode: str) -> dict[str, Any]:
        """What the estimates of a mode depend on besides weights and measured maps."""
        heatmaps = self.core.config.heatmaps
        return {
            "networks": self.network_params(self.mode_network(mode)),
            "decoder": self.core.config.modes[mode].decoder,
            "soft_argmax_beta": heatmaps.soft_argmax_beta,
            "width": heatmaps.training.width,
        }


def _as_original(network: HeatmapNetworkSettings) -> HeatmapNetworkSettings:
    """Autoencoders that make heatmaps have no position loss: LocHeatmap's has no gradient."""
    changes: dict[str, Any] = {"original": True}
    if network.architecture != "locunet":
        changes["trained_decoder"] = None
    return network.model_copy(update=changes)
