"""What a config asks for: which trials, folds, modes and files. The workflow reads it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.codedigest import code_digest
from rfsl.config import Config, validate_config
from rfsl.data import Resource, load_registry
from rfsl.errors import ConfigError
from rfsl.flights.trials import NO_FOLD, Trial, read_trials
from rfsl.splits import SPLITS, shard_ranges

#: Blocks of `propagation:` that each model depends on; `enhanced_two_ray` depends on all.
_ANTENNA_FILES = ("uav_antenna_file", "source_antenna_file")
_PROPAGATION_KEYS = {
    "free_space": {"noise_std_db"},
    "two_ray": {"noise_std_db", "antenna", *_ANTENNA_FILES},
}
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
        name = self.config.modes[mode].propagation
        if name == "enhanced_two_ray" and self.config.propagation.legs.beta is None:
            return self.trials[trial].location
        return NO_FOLD

    def folds(self, mode: str) -> list[str]:
        """Folds that a mode needs for the trials to be scored."""
        return list(dict.fromkeys(self.fold(mode, name) for name in self.config.trials.evaluate))

    def calibration_trials(self, fold: str) -> list[str]:
        """Calibration trials at other locations than the fold's."""
        return [
            name for name in self.config.calibration.trials if self.trials[name].location != fold
        ]

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

    def propagation_params(self, name: str) -> dict[str, Any]:
        """The keys of `propagation:` that a model depends on, antenna files as paths."""
        values = self.config.propagation.model_dump()
        keys = _PROPAGATION_KEYS.get(name, set(values))
        files = dict(zip(_ANTENNA_FILES, self.antenna_files(name), strict=False))
        return {key: files.get(key, value) for key, value in values.items() if key in keys}

    def antenna_files(self, name: str) -> list[str]:
        """Chamber files that a model reads: the UAV's antenna, then the source's; none for dipoles.

        Both are needed together, which the config's check sees to.
        """
        settings = self.config.propagation
        if name == "free_space" or settings.antenna == "dipole":
            return []
        return [self.file_path(getattr(settings, key)) for key in _ANTENNA_FILES]

    def shards(self, split: str) -> list[range]:
        """Source indices of each shard of a split."""
        sizes = self.config.simulation
        counts = (sizes.train_sources, sizes.validation_sources, sizes.test_sources)
        return shard_ranges(counts[SPLITS.index(split)], sizes.shard_size)

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
