"""A checked config and what follows from it: trials, folds, modes, and the files between stages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rfsl.config.calibration import GainShapeSettings
from rfsl.config.config import Config
from rfsl.config.modes import ModeSettings
from rfsl.config.simulation import ReceiverSettings
from rfsl.errors import ConfigError
from rfsl.figures.palette import COLORS
from rfsl.flights.trial import NO_FOLD, Trial
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.spec import HEATMAP, NETWORK
from rfsl.propagation.models import MODELS
from rfsl.propagation.spec import ANTENNA_KEYS, MEASURED_ANTENNA_KEYS
from rfsl.randomness import SPLITS, shard_ranges
from rfsl.workflow.data.registry import Resource
from rfsl.workflow.plan.ablation import Variant, ablation_variants

#: Time of an estimate from a whole flight; longer than any flight: two days.
WHOLE_S = 172_800
#: Keys of `propagation:` that describe an antenna.
_ANTENNAS = ANTENNA_KEYS | MEASURED_ANTENNA_KEYS


def listed(files: Mapping[str, Any]) -> list[str]:
    """All paths in a result of `Core.fitted_files`."""
    paths = [files["calibration"], *files["weights"], files["pool"]]
    return [path for path in paths if path is not None]


@dataclass(frozen=True)
class Core:
    """A checked config together with what follows from it.

    Attributes:
        config: the checked config.
        trials: rows of the trials table, by trial.
        registry: public files, by name.
    """

    config: Config
    trials: dict[str, Trial]
    registry: dict[str, Resource]

    def params(self, *blocks: str) -> dict[str, Any]:
        """Plain values of some blocks of the config, for the params of a rule.

        Args:
            blocks: dotted paths in the config; the last part of each is its key in the result.
        """
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
        """Trials whose flight is made by the field model."""
        return [name for name, trial in self.trials.items() if trial.format == "embedded"]

    @staticmethod
    def any_of(names: list[str]) -> str:
        """Regular expression that matches exactly the names; without names it matches nothing."""
        return "|".join(map(re.escape, names)) or r"(?!)"

    def file_path(self, name: str) -> str:
        """Path of a file, or the path that it will have once it is fetched.

        Args:
            name: a name in the registry, or a path.
        """
        return str(self.registry[name].path) if name in self.registry else name

    def log_path(self, trial: str) -> str:
        """Path of a trial's log, or the path that it will have once it is fetched."""
        return self.file_path(self.trials[trial].path)

    # Folds

    def fold(self, mode: str, trial: str) -> str:
        """Fold whose calibration a mode uses on a trial: its location, or `none`."""
        propagation = self.modes[mode].propagation
        if propagation is None:
            return NO_FOLD
        # A likelihood uses only the model, not the receiver with which it would be simulated.
        return self.trials[trial].location if self.mode_needs_calibration(mode) else NO_FOLD

    def trial_folds(self, mode: str) -> dict[str, str]:
        """Fold of each trial that is scored with a mode."""
        return {name: self.fold(mode, name) for name in self.config.trials.evaluate}

    def fold_trials(self, mode: str, fold: str) -> list[str]:
        """Scored trials of a fold in a mode."""
        return [name for name, found in self.trial_folds(mode).items() if found == fold]

    def fold_flights(self, mode: str, fold: str) -> list[str]:
        """Flight files of the trials of a fold in a mode."""
        return [f"results/flights/{name}.parquet" for name in self.fold_trials(mode, fold)]

    def folds(self, mode: str) -> list[str]:
        """Folds of the scored trials in a mode, each once."""
        return list(dict.fromkeys(self.trial_folds(mode).values()))

    def scored_folds(self) -> list[str]:
        """Locations of the scored trials: their folds in the modes that need a calibration."""
        return sorted({self.trials[name].location for name in self.config.trials.evaluate})

    def calibration_trials(self, fold: str) -> list[str]:
        """Calibration trials at other locations than the fold's; all of them for fold `all`.

        Raises:
            ConfigError: every calibration trial is at the fold's location.
        """
        usable = self.config.calibration.trials or self.config.trials.evaluate
        elsewhere = [name for name in usable if self.trials[name].location != fold]
        if not elsewhere:
            raise ConfigError(
                f"calibration.trials: a target needs a calibration without {fold}, but every "
                "calibration trial is at that location. Add one from another location, or use "
                "modes without a calibration, such as kriging_free_space (and enhanced_two_ray, "
                "once propagation.legs.beta is a number)"
            )
        return elsewhere

    def calibration_params(self) -> dict[str, Any]:
        """What a calibration depends on besides its flights."""
        return self.config.calibration.model_dump(exclude={"trials"})

    # Simulation

    def propagation_needs_calibration(self, propagation: str) -> bool:
        """Whether a propagation model itself needs a calibration, whatever its receiver."""
        return MODELS[propagation].needs_calibration(self.config.propagation)

    def needs_calibration(self, propagation: str) -> bool:
        """Whether a simulation with a model needs a calibration, for the model or its receiver."""
        return self.propagation_needs_calibration(propagation) or bool(
            self.receiver(propagation).calibrated_keys()
        )

    def receiver(self, propagation: str) -> ReceiverSettings:
        """Receiver that a propagation model is simulated with."""
        return self.config.receivers[self.config.simulation.receivers[propagation]]

    def simulation_params(self, propagation: str) -> dict[str, Any]:
        """What a simulation depends on besides the trajectory: model, receiver, attitude."""
        attitude_deg = self.config.simulation.attitude_range_deg
        return {
            "propagation": self.propagation_params(propagation),
            "receiver": self.receiver(propagation).model_dump(),
            "attitude_range_deg": attitude_deg if MODELS[propagation].uses_attitude else None,
        }

    def propagation_params(self, name: str) -> dict[str, Any]:
        """The keys of `propagation:` that a model depends on, with antenna files as paths."""
        values = self.config.propagation.model_dump(include=set(MODELS[name].settings))
        for key in _ANTENNAS & set(values):
            if values[key]["file"] is not None:
                values[key]["file"] = self.file_path(values[key]["file"])
        return values

    def antenna_files(self, name: str) -> list[str]:
        """Chamber files that a model reads."""
        params = self.propagation_params(name)
        files = {params[key]["file"] for key in _ANTENNAS & set(params)}
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
        """Locations of the trials of Figures 1 and 5: their folds."""
        return sorted({self.trials[name].location for name in self.compared_trials()})

    def times_over_time_s(self) -> list[int]:
        """Times of the estimates of the figures of error against time and of coverage."""
        figures = self.config.figures
        return sorted({*figures.error_time.times_s, *figures.coverage.times_s})

    def whole_trials(self) -> list[str]:
        """Scored trials that are read from a log, so that there is a whole flight."""
        logged = set(self.logged_trials())
        return [name for name in self.config.trials.evaluate if name in logged]

    def whole_flights_params(self) -> dict[str, Any]:
        """The block `flights` without a limit of the flight's length."""
        return self.config.flights.whole().model_dump()

    def labels(self, modes: Sequence[str]) -> dict[str, str]:
        """Labels of some modes, by mode."""
        return {mode: self.modes[mode].label for mode in modes}

    def described(self, names: Sequence[str], *columns: str) -> dict[str, dict[str, str]]:
        """Values of some columns of the trials table, by trial and column."""
        return {name: self.trials[name].model_dump(include=set(columns)) for name in names}

    def shown_names(self) -> dict[str, str]:
        """Names on figures, by trial and by flight; a trial's name wins over a flight's."""
        flights = {trial.flight: trial.flight_shown for trial in self.trials.values()}
        return flights | {name: trial.shown for name, trial in self.trials.items()}

    def look(self) -> dict[str, Any]:
        """What `rfsl.figures.look.Look` needs, for the params of a rule."""
        return self.config.figures.model_dump(include={"width", "titles"})

    def colors(self, modes: Sequence[str]) -> dict[str, str]:
        """Colours of some modes, the same in every figure: the config's, or one of the palette."""
        order = list(self.config.modes)
        return {
            mode: self.modes[mode].color or COLORS[order.index(mode) % len(COLORS)]
            for mode in modes
        }

    # Modes

    @cached_property
    def modes(self) -> dict[str, ModeSettings]:
        """Configured modes and the variants of the ablation, by name."""
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
        """Modes that are trained networks on features, including the variants of the ablation."""
        return [name for name in self.modes if self.is_network(name)]

    def classical_modes(self) -> list[str]:
        """Modes whose localizer is one of `LOCALIZERS`."""
        return [name for name in self.modes if self.modes[name].localizer in LOCALIZERS]

    @cached_property
    def variants(self) -> list[Variant]:
        """Variants of the ablation; see `ablation_variants`."""
        return ablation_variants(self.config)

    def ablation_networks(self) -> dict[str, list[str]]:
        """Folders of the networks of the last estimate that the ablation compares, by mode."""
        last_s = self.config.trials.estimate_after_s[-1]
        return {
            mode: [
                folder for fold in self.folds(mode) for folder in self.networks(mode, fold, last_s)
            ]
            for mode in dict.fromkeys(variant.mode for variant in self.variants)
        }

    @cached_property
    def representations(self) -> dict[str, dict[str, Any]]:
        """Plain values of each representation by name, including those of the ablation."""
        blocks = self.config.preprocessing.model_dump()
        configured = {name: {"representation": name, **values} for name, values in blocks.items()}
        return {v.representation: v.params for v in self.variants} | configured

    def mode_representation(self, mode: str) -> str:
        """Name of the representation that a mode's network sees."""
        by_variant = {variant.mode: variant.representation for variant in self.variants}
        return by_variant.get(mode) or str(self.modes[mode].representation)

    def networks(self, mode: str, fold: str, after_s: int | str) -> list[str]:
        """Folders of the trained networks of a mode, one for each seed."""
        return [
            f"results/models/{mode}/{fold}/{after_s}s/seed{seed}" for seed in self.training_seeds()
        ]

    def localizer_params(self, mode: str) -> dict[str, Any]:
        """What a classical mode depends on beside flights and shared settings."""
        settings = self.modes[mode]
        spec = LOCALIZERS[settings.localizer]
        values: dict[str, Any] = {"localizer": settings.localizer}
        if settings.propagation is not None:
            values["propagation"] = settings.propagation
            values["model"] = self.propagation_params(settings.propagation)
        if spec.networks != "none":
            values["set_cell_m"] = self.config.set_network.cell_m
        if spec.assumes_gain and not self.mode_needs_calibration(mode):
            shape = set(GainShapeSettings.model_fields)
            values["gain_shape"] = self.config.calibration.model_dump(include=shape)
        return values

    def mode_antenna_files(self, mode: str) -> list[str]:
        """Chamber files that a classical mode's propagation model reads."""
        propagation = self.modes[mode].propagation
        return [] if propagation is None else self.antenna_files(propagation)

    def fitted_files(self, mode: str, fold: str) -> dict[str, Any]:
        """Paths of what a classical mode uses of a fold.

        They are `calibration`, `weights` and `pool`.

        A path is None, and the list of weights empty, if the mode does not use it.
        """
        spec = LOCALIZERS[self.modes[mode].localizer]
        networks = spec.networks != "none"
        calibrated = fold != NO_FOLD and self.mode_needs_calibration(mode)
        return {
            "calibration": f"results/calibration/{fold}.json" if calibrated else None,
            "weights": self.set_weights(fold) if networks else [],
            "pool": f"results/models/set_network/{fold}/pool.json" if networks else None,
        }

    def mode_fitted(self, mode: str) -> dict[str, dict[str, Any]]:
        """`fitted_files` for each fold of a mode."""
        return {fold: self.fitted_files(mode, fold) for fold in self.folds(mode)}

    def mode_files(self, mode: str) -> list[str]:
        """All paths of `mode_fitted`, in a list."""
        return [path for values in self.mode_fitted(mode).values() for path in listed(values)]

    def mode_needs_calibration(self, mode: str) -> bool:
        """Whether a mode uses a calibration, which leaves the scored location out."""
        propagation = self.modes[mode].propagation
        if propagation is None:
            return False
        if self.is_heatmap(mode):  # `check_heatmaps` allows only models without a calibration
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
        """Seeds of the networks of each mode."""
        return range(self.config.training.seeds)
