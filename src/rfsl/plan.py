"""What a config asks for: which trials, folds, modes and files. The workflow reads it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.codedigest import code_digest
from rfsl.config import Config, ReceiverSettings, validate_config
from rfsl.data import Resource, load_registry
from rfsl.errors import ConfigError
from rfsl.flights.trials import NO_FOLD, Trial, read_trials
from rfsl.propagation import MODELS
from rfsl.propagation.spec import ANTENNA_KEYS
from rfsl.splits import SPLITS, shard_ranges

#: Where fetched public files are kept.
DATA_FOLDER = Path("data/afar")


@dataclass(frozen=True)
class Plan:
    """A checked config together with what follows from it."""

    config: Config
    trials: dict[str, Trial]
    registry: dict[str, Resource]

    @classmethod
    def of(cls, raw: object) -> Plan:
        """Check a merged config and everything about it that needs no job.

        Raises:
            ConfigError: see `validate_config` and `read_trials`; or a calibration that would have
                no flight left.
        """
        config = validate_config(raw)
        plan = cls(config, read_trials(config), load_registry())
        plan._check_names()
        plan._check_calibration()
        return plan

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

    def code(self, script: str) -> str:
        """Digest of the package modules that a script of workflow/scripts/ imports."""
        root = Path(__file__).parents[2]
        return code_digest(root / "workflow" / "scripts" / script)

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
        return "|".join(names) or r"(?!)"

    def file_path(self, name: str) -> str:
        """Where a file is, or will be once it is fetched: a name in the registry, or a path."""
        return str(DATA_FOLDER / name) if name in self.registry else name

    def log_path(self, trial: str) -> str:
        """Where a trial's log is, or will be."""
        return self.file_path(self.trials[trial].path)

    # Folds

    def fold(self, mode: str, trial: str) -> str:
        """Fold that scores a trial with a mode: the trial's location, or none."""
        return self.propagation_fold(self.config.modes[mode].propagation, trial)

    def propagation_fold(self, propagation: str, trial: str) -> str:
        """Fold of a propagation model, as it is simulated, for a trial."""
        needs = self.needs_calibration(propagation)
        return self.trials[trial].location if needs else NO_FOLD

    def folds(self, mode: str) -> list[str]:
        """Folds that a mode needs for the trials to be scored."""
        return list(dict.fromkeys(self.fold(mode, name) for name in self.config.trials.evaluate))

    def calibration_trials(self, fold: str) -> list[str]:
        """Calibration trials at other locations than the fold's."""
        usable = self.config.calibration.trials or self.config.trials.evaluate
        return [name for name in usable if self.trials[name].location != fold]

    def calibration_params(self) -> dict[str, Any]:
        """What a calibration depends on beside its flights."""
        return self.config.calibration.model_dump(exclude={"trials"})

    def _check_names(self) -> None:
        config = self.config
        named = [(f"modes.{mode}.propagation", m.propagation) for mode, m in config.modes.items()]
        named += [("figures.fig5.models", name) for name in config.figures.fig5.models]
        for key, name in named:
            if name not in MODELS:
                raise ConfigError(f"{key}: found {name!r}; allowed: {', '.join(sorted(MODELS))}")
            if name not in config.simulation.receivers:
                raise ConfigError(f"simulation.receivers: {name} has no receiver; name one for it")
        for model, receiver in config.simulation.receivers.items():
            if receiver not in config.receivers:
                raise ConfigError(
                    f"simulation.receivers.{model}: found {receiver!r}; receivers: has only "
                    f"{', '.join(sorted(config.receivers))}"
                )

    def _check_calibration(self) -> None:
        for mode in self.config.figures.fig6a.modes:
            for fold in self.folds(mode):
                if fold != NO_FOLD and not self.calibration_trials(fold):
                    raise ConfigError(
                        f"calibration.trials: mode {mode} scores a trial at {fold}, but every "
                        "calibration trial is at that location too. Add one from another "
                        "location, or fix propagation.legs.beta"
                    )

    # Simulation

    def needs_calibration(self, propagation: str) -> bool:
        """Whether a model, or the receiver it is simulated with, needs a calibration."""
        return MODELS[propagation].needs_calibration(self.config.propagation) or bool(
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

    # Training

    def representation_params(self, name: str) -> dict[str, Any]:
        """Settings of a representation, with its name."""
        settings = getattr(self.config.preprocessing, name)
        return {"representation": name, **settings.model_dump()}

    def training_params(self) -> dict[str, Any]:
        """What one training depends on; the number of seeds is not part of it."""
        return self.config.training.model_dump(exclude={"seeds"})

    def training_seeds(self) -> range:
        """Seeds of the networks of a mode."""
        return range(self.config.training.seeds)
