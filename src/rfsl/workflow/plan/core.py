"""A checked config and what follows from it: trials, folds, modes, and the files between stages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rfsl.config.config import Config
from rfsl.config.modes import ModeSettings
from rfsl.config.simulation import ReceiverSettings
from rfsl.errors import ConfigError
from rfsl.figures.palette import COLORS
from rfsl.flights.trial import NO_FOLD, Trial
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import HEATMAP, NETWORK
from rfsl.propagation.models import MODELS
from rfsl.propagation.spec import ANTENNA_KEYS
from rfsl.randomness import SPLITS, shard_ranges
from rfsl.workflow.data.registry import Resource
from rfsl.workflow.plan.ablation import Variant, ablation_variants

#: Where fetched public files are kept.
DATA_FOLDER = Path("data/afar")


def listed(files: Mapping[str, Any]) -> list[str]:
    """The paths of `Core.fitted_files` in a list."""
    paths = [files["calibration"], *files["weights"], files["pool"]]
    return [path for path in paths if path is not None]


@dataclass(frozen=True)
class Core:
    """A checked config together with what follows from it, for one room of the workflow or many."""

    config: Config
    trials: dict[str, Trial]
    registry: dict[str, Resource]

    def params(self, *blocks: str) -> dict[str, Any]:
        """Plain values of some blocks of the config, by dotted path: what a rule depends on."""
        values = {}
        for block in blocks:
            value: Any = self.config
            for part in block.split("."):
                value = value[part] if isinstance(value, Mapping) else getattr(value, part)
            values[block.split(".")[-1]] = (
                value.model_dump() if hasattr(value, "model_dump") else value
            )
        return values

    # Trials

    def logged_trials(self) -> list[str]:
        """Trials whose flight is read from a log."""
        return [name for name, trial in self.trials.items() if trial.format != "embedded"]

    def embedded_trials(self) -> list[str]:
        """Trials that the field model makes."""
        return [name for name, trial in self.trials.items() if trial.format == "embedded"]

    @staticmethod
    def any_of(names: list[str]) -> str:
        """Regular expression for a wildcard that is one of the names; matches nothing if empty."""
        return "|".join(map(re.escape, names)) or r"(?!)"

    def file_path(self, name: str) -> str:
        """Where a file is, or will be once it is fetched: a name in the registry, or a path."""
        return str(DATA_FOLDER / name) if name in self.registry else name

    def log_path(self, trial: str) -> str:
        """Where a trial's log is, or will be."""
        return self.file_path(self.trials[trial].path)

    # Folds

    def fold(self, mode: str, trial: str) -> str:
        """Fold that scores a trial with a mode: the trial's location, or none."""
        propagation = self.modes[mode].propagation
        if propagation is None:
            return NO_FOLD
        # A likelihood uses the model alone, not the receiver that it would be simulated with.
        return self.trials[trial].location if self.mode_needs_calibration(mode) else NO_FOLD

    def trial_folds(self, mode: str) -> dict[str, str]:
        """Fold of each trial that is scored with a mode."""
        return {name: self.fold(mode, name) for name in self.config.trials.evaluate}

    def folds(self, mode: str) -> list[str]:
        """Folds that a mode needs for the trials to be scored."""
        return list(dict.fromkeys(self.trial_folds(mode).values()))

    def scored_folds(self) -> list[str]:
        """Folds of the trials to be scored, whatever the mode: their locations."""
        return sorted({self.trials[name].location for name in self.config.trials.evaluate})

    def calibration_trials(self, fold: str) -> list[str]:
        """Calibration trials at other locations than the fold's; fold `all` has every one.

        Raises:
            ConfigError: there is none.
        """
        usable = self.config.calibration.trials or self.config.trials.evaluate
        elsewhere = [name for name in usable if self.trials[name].location != fold]
        if not elsewhere:
            raise ConfigError(
                f"calibration.trials: what is asked for needs a calibration without {fold}, but "
                "every calibration trial is at that location. Add one from another location, or "
                "ask for modes without a calibration, as kriging_free_space (and enhanced_two_ray, "
                "once propagation.legs.beta is a number)"
            )
        return elsewhere

    def calibration_params(self) -> dict[str, Any]:
        """What a calibration depends on beside its flights."""
        return self.config.calibration.model_dump(exclude={"trials"})

    # Simulation

    def propagation_needs_calibration(self, propagation: str) -> bool:
        """Whether a propagation model itself needs a calibration."""
        return MODELS[propagation].needs_calibration(self.config.propagation)

    def needs_calibration(self, propagation: str) -> bool:
        """Whether a model, or the receiver it is simulated with, needs a calibration."""
        return self.propagation_needs_calibration(propagation) or bool(
            self.receiver(propagation).calibrated_keys()
        )

    def receiver(self, propagation: str) -> ReceiverSettings:
        """Receiver that a propagation model is simulated with."""
        return self.config.receivers[self.config.simulation.receivers[propagation]]

    def simulation_params(self, propagation: str) -> dict[str, Any]:
        """What a simulation depends on beside the trajectory: model, receiver, attitude."""
        attitude_deg = self.config.simulation.attitude_range_deg
        return {
            "propagation": self.propagation_params(propagation),
            "receiver": self.receiver(propagation).model_dump(),
            "attitude_range_deg": attitude_deg if MODELS[propagation].uses_attitude else None,
        }

    def propagation_params(self, name: str) -> dict[str, Any]:
        """The keys of `propagation:` that a model depends on, antenna files as paths."""
        values = self.config.propagation.model_dump(include=set(MODELS[name].settings))
        for key in ANTENNA_KEYS & set(values):
            if values[key]["file"] is not None:
                values[key]["file"] = self.file_path(values[key]["file"])
        return values

    def antenna_files(self, name: str) -> list[str]:
        """Chamber files that a model reads."""
        params = self.propagation_params(name)
        files = {params[key]["file"] for key in ANTENNA_KEYS & set(params)}
        return sorted(files - {None})

    def shards(self, split: str) -> list[range]:
        """Source indices of each shard of a split."""
        sizes = self.config.simulation
        counts = (sizes.train_sources, sizes.validation_sources, sizes.test_sources)
        return shard_ranges(counts[SPLITS.index(split)], sizes.shard_size)

    # Figures

    def compared_trials(self) -> list[str]:
        """Trials of Figures 1 and 5."""
        return self.config.figures.fig5.trials or self.config.trials.evaluate

    def clustered_trial(self) -> str:
        """Trial of Figure 4(a)."""
        return self.config.figures.fig4a.trial or self.config.trials.evaluate[0]

    def compared_folds(self) -> list[str]:
        """Folds of those trials: their locations."""
        return sorted({self.trials[name].location for name in self.compared_trials()})

    def labels(self, modes: Sequence[str]) -> dict[str, str]:
        """Labels of some modes."""
        return {mode: self.modes[mode].label for mode in modes}

    def described(self, names: Sequence[str], *columns: str) -> dict[str, dict[str, str]]:
        """Some columns of the trials table for some trials."""
        return {name: self.trials[name].model_dump(include=set(columns)) for name in names}

    def colors(self, modes: Sequence[str]) -> dict[str, str]:
        """Colour of some modes, the same in every figure: their own, or by their place."""
        order = list(self.config.modes)
        return {
            mode: self.modes[mode].color or COLORS[order.index(mode) % len(COLORS)]
            for mode in modes
        }

    # Modes

    @cached_property
    def modes(self) -> dict[str, ModeSettings]:
        """Configured modes, and those of the ablation."""
        base = self.config.modes[self.config.ablation.mode]
        variants = {
            variant.mode: base.model_copy(update={"label": f"{variant.key} {variant.value}"})
            for variant in self.variants
        }
        return variants | self.config.modes

    def is_network(self, mode: str) -> bool:
        """Whether a mode is a trained network on feature vectors."""
        return mode not in self.config.modes or self.config.modes[mode].localizer == NETWORK

    def is_heatmap(self, mode: str) -> bool:
        """Whether a mode is a trained network on radio maps."""
        return mode in self.config.modes and self.config.modes[mode].localizer == HEATMAP

    def network_modes(self) -> list[str]:
        """Modes that are trained networks on features, those of the ablation among them."""
        return [name for name in self.modes if self.is_network(name)]

    def classical_modes(self) -> list[str]:
        """Modes whose localizer is one of `LOCALIZERS`."""
        return [name for name in self.modes if self.modes[name].localizer in LOCALIZERS]

    @cached_property
    def variants(self) -> list[Variant]:
        """Every value of every key that the ablation changes; see `ablation_variants`."""
        return ablation_variants(self.config)

    def ablation_networks(self) -> dict[str, list[str]]:
        """Folders of the networks that the ablation compares, by mode, each mode once."""
        last_s = self.config.trials.estimate_after_s[-1]
        return {
            mode: [
                network["folder"] for network in self.networks(mode) if network["after_s"] == last_s
            ]
            for mode in dict.fromkeys(variant.mode for variant in self.variants)
        }

    @cached_property
    def representations(self) -> dict[str, dict[str, Any]]:
        """Plain values of each representation by name, those of the ablation among them."""
        blocks = self.config.preprocessing.model_dump()
        configured = {name: {"representation": name, **values} for name, values in blocks.items()}
        return {v.representation: v.params for v in self.variants} | configured

    def mode_representation(self, mode: str) -> str:
        """Name of the representation that a network sees."""
        by_variant = {variant.mode: variant.representation for variant in self.variants}
        return by_variant.get(mode) or str(self.modes[mode].representation)

    def horizons(self, mode: str) -> list[int]:
        """Times of the estimates of a mode; the ablation makes the last one only."""
        times_s = self.config.trials.estimate_after_s
        return times_s if mode in self.config.modes else times_s[-1:]

    def networks(self, mode: str) -> list[dict[str, Any]]:
        """Each trained network of a mode: its folder, its time, and the trials it scores."""
        trials: dict[str, list[str]] = {}
        for name, fold in self.trial_folds(mode).items():
            trials.setdefault(fold, []).append(name)
        return [
            {
                "folder": f"results/models/{mode}/{fold}/{after_s}s/seed{seed}",
                "after_s": after_s,
                "trials": scored,
            }
            for fold, scored in trials.items()
            for after_s in self.horizons(mode)
            for seed in self.training_seeds()
        ]

    def localizer_params(self, mode: str) -> dict[str, Any]:
        """What a classical mode depends on beside flights and shared settings."""
        settings = self.modes[mode]
        values: dict[str, Any] = {"localizer": settings.localizer}
        if settings.propagation is not None:
            values["propagation"] = settings.propagation
            values["model"] = self.propagation_params(settings.propagation)
        if LOCALIZERS[settings.localizer].networks != "none":
            values["set_cell_m"] = self.config.set_network.cell_m
        return values

    def mode_antenna_files(self, mode: str) -> list[str]:
        """Chamber files that a classical mode's propagation model reads."""
        propagation = self.modes[mode].propagation
        return [] if propagation is None else self.antenna_files(propagation)

    def fitted_files(self, mode: str, fold: str) -> dict[str, Any]:
        """What is fitted for a fold and used by a classical mode: calibration, weights, pool."""
        networks = LOCALIZERS[self.modes[mode].localizer].networks != "none"
        calibrated = fold != NO_FOLD and self.mode_needs_calibration(mode)
        return {
            "calibration": f"results/calibration/{fold}.json" if calibrated else None,
            "weights": self.set_weights(fold) if networks else [],
            "pool": f"results/models/set_network/{fold}/pool.json" if networks else None,
        }

    def mode_fitted(self, mode: str) -> dict[str, dict[str, Any]]:
        """The same for each fold of a mode."""
        return {fold: self.fitted_files(mode, fold) for fold in self.folds(mode)}

    def mode_files(self, mode: str) -> list[str]:
        """All of those files."""
        return [path for values in self.mode_fitted(mode).values() for path in listed(values)]

    def mode_needs_calibration(self, mode: str) -> bool:
        """Whether a mode uses a calibration that leaves the scored location out."""
        propagation = self.modes[mode].propagation
        if propagation is None:
            return False
        if self.is_heatmap(mode):  # checked: it takes no model that would
            return False
        if self.is_network(mode):
            return self.needs_calibration(propagation)
        return self.propagation_needs_calibration(propagation)

    # Training

    def training_params(self, mode: str) -> dict[str, Any]:
        """What one training of a mode depends on; the number of seeds is not part of it."""
        return self.config.training.model_dump(exclude={"seeds"}) | self.modes[mode].training

    def set_training_params(self) -> dict[str, Any]:
        """What one training of a set network depends on; the number of seeds is not part of it."""
        return self.config.set_network.model_dump(exclude={"seeds"})

    def set_weights(self, fold: str) -> list[str]:
        """Weights of the set networks of a fold, in the order of their seeds."""
        return [
            f"results/models/set_network/{fold}/seed{seed}/model.safetensors"
            for seed in range(self.config.set_network.seeds)
        ]

    def training_seeds(self) -> range:
        """Seeds of the networks of a mode."""
        return range(self.config.training.seeds)
