"""What the benchmark on flights of many fields needs: sets, trials, folds and files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.config.fields import FieldEstimator, FieldSet, FieldsSettings, FieldTrial
from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import ConfigError, did_you_mean
from rfsl.propagation.carried import carried_calibrations
from rfsl.workflow.data.registry import AFAR, found
from rfsl.workflow.plan.core import Core

_FOLDER = "results/fields"


@dataclass(frozen=True)
class FieldsPlan:
    """The part of the plan for the benchmark.

    A set is named `field` in the rules. With `fields.missing: skip`, trials whose files are not at
    hand take no part.
    """

    core: Core

    @property
    def settings(self) -> FieldsSettings:
        """The block `fields` of the config."""
        return self.core.config.fields

    def sets(self) -> dict[str, FieldSet]:
        """The sets by name.

        Raises:
            ConfigError: the config has none.
        """
        if not self.settings.sets:
            raise ConfigError(
                "fields.sets: the config has no set; add --configfile=config/fields/NAME.yaml for "
                "one or several of the files there"
            )
        return self.settings.sets

    def check(self) -> None:
        """Check that the estimators' modes exist and fit their calibrations.

        Raises:
            ConfigError: one does not.
        """
        for name, estimator in self.settings.estimators.items():
            key, mode = f"fields.estimators.{name}", estimator.mode
            allowed = self.core.classical_modes()
            if mode not in allowed:
                raise ConfigError(
                    f"{key}: found mode {mode}.{did_you_mean([mode], allowed)} Allowed: "
                    f"{', '.join(allowed)}"
                )
            needed = self.core.mode_needs_calibration(mode)
            if needed == (estimator.calibration == "none"):
                need = "needs a calibration (within, aerpaw)" if needed else "takes no calibration"
                raise ConfigError(
                    f"{key}: found calibration {estimator.calibration}, and the mode {mode} {need}"
                )
            if self.core.fitted_files(mode, "all")["weights"]:
                raise ConfigError(
                    f"{key}: the mode {mode} has trained networks, which take part "
                    "in no benchmark on other fields"
                )

    # Trials

    def trials(self, field: str) -> dict[str, FieldTrial]:
        """Trials of a set that take part, by name."""
        named = self.sets()[field].trials
        if self.settings.missing == "error":
            return named
        return {name: trial for name, trial in named.items() if self.at_hand(trial)}

    def absent(self) -> dict[str, list[str]]:
        """Trials of each set whose files are not at hand, if they are skipped."""
        return {
            field: [name for name in block.trials if name not in self.trials(field)]
            for field, block in self.sets().items()
        }

    def at_hand(self, trial: FieldTrial) -> bool:
        """Whether all files of a trial are there without fetching."""
        return all(self._is_there(name) for name in (trial.file, *trial.beside))

    def _is_there(self, name: str) -> bool:
        resource = self.core.registry.get(name)
        if resource is None:
            return Path(name).exists()
        configured = self.core.config.afar if resource.home is AFAR else self.settings
        folder = resource.home.named(configured.folder)
        return resource.path.is_file() or (
            folder is not None and found(resource, folder) is not None
        )

    def log(self, field: str, trial: str) -> str:
        """Path of a trial's log, or the path that it will have once it is fetched."""
        return self.core.file_path(self.sets()[field].trials[trial].file)

    def beside(self, field: str, trial: str) -> list[str]:
        """Paths of the files that its log needs beside it."""
        return [self.core.file_path(name) for name in self.sets()[field].trials[trial].beside]

    def positions(self, field: str, trial: str) -> str | None:
        """Path of the positions, if they have to be named."""
        name = self.sets()[field].trials[trial].positions
        return None if name is None else self.core.file_path(name)

    def flight_path(self, field: str, trial: str) -> str:
        """Path of the flight that is read from the log."""
        return f"{_FOLDER}/flights/{field}/{trial}.parquet"

    def flight_paths(self, field: str) -> list[str]:
        """Paths of all flights of a set."""
        return [self.flight_path(field, trial) for trial in self.trials(field)]

    def row(self, field: str, trial: str) -> dict[str, Any]:
        """Values of `rfsl.flights.trial.Trial` for a trial."""
        block = self.sets()[field]
        item = block.trials[trial]
        source = block.sources[item.source]
        return {
            "trial": trial,
            "flight": item.flight,
            "location": item.source,
            "format": "log",
            "path": item.file,
            "source_lat_deg": source.latitude_deg,
            "source_lon_deg": source.longitude_deg,
            "source_height_m": block.source_height_m,
            "kind": "testbed",
        }

    # Settings

    def scenario(self, field: str) -> dict[str, Any]:
        """Plain values of a set's scenario; its origin is the south-western corner of the area."""
        block = self.sets()[field]
        return (
            ScenarioSettings.model_validate(self.core.config.scenario.model_dump())
            .model_copy(
                update={
                    "origin_latitude_deg": block.area.south_deg,
                    "origin_longitude_deg": block.area.west_deg,
                    "flight_area": block.area,
                    "source_area": block.area,
                    "source_height_m": block.source_height_m,
                    "frequency_hz": block.frequency_hz,
                }
            )
            .model_dump()
        )

    def flights(self, field: str, trial: str | None = None) -> dict[str, Any]:
        """Plain values of `flights:` for a set, or for one of its trials, without a time limit."""
        block = self.sets()[field]
        changes = block.flights | ({} if trial is None else block.trials[trial].flights)
        if trial is not None and "columns" in block.trials[trial].flights:
            columns = block.flights.get("columns", {}) | block.trials[trial].flights["columns"]
            changes = changes | {"columns": columns}
        values = self.core.config.flights.model_dump() | changes
        return FlightSettings.model_validate(values).whole().model_dump()

    # Calibrations

    def fold(self, field: str, trial: str) -> str:
        """What a calibration within a set leaves out for a trial: its source, or its flight."""
        block = self.sets()[field]
        item = block.trials[trial]
        return item.source if len(block.sources) > 1 else item.flight

    def calibration_flights(self, field: str, fold: str) -> list[str]:
        """Flights of a set that a fold's calibration uses."""
        return [
            self.flight_path(field, trial)
            for trial in self.trials(field)
            if self.fold(field, trial) != fold
        ]

    def calibrations(self, field: str, estimator: str) -> dict[str, str | None]:
        """File of the calibration that an estimator uses on each trial of a set that it can score.

        A calibration within a set needs a trial of another fold.
        """
        kind = self._estimator(estimator).calibration
        if kind == "aerpaw":
            path = str(carried_calibrations()[kind])
            return dict.fromkeys(self.trials(field), path) if self.sets()[field].carried else {}
        if kind == "none":
            return dict.fromkeys(self.trials(field))
        return {
            trial: f"{_FOLDER}/calibration/{field}/{self.fold(field, trial)}.json"
            for trial in self.trials(field)
            if self.calibration_flights(field, self.fold(field, trial))
        }

    def calibration_files(self, field: str, estimator: str) -> list[str]:
        """Those files, each once."""
        paths = self.calibrations(field, estimator).values()
        return list(dict.fromkeys(path for path in paths if path is not None))

    # Scores

    def _estimator(self, name: str) -> FieldEstimator:
        return self.settings.estimators[name]

    def mode(self, estimator: str) -> dict[str, Any]:
        """Plain values of an estimator's mode, as `build_localizers` takes them."""
        return self.core.localizer_params(self._estimator(estimator).mode)

    def antenna_files(self, estimator: str) -> list[str]:
        """Chamber files that it reads."""
        return self.core.mode_antenna_files(self._estimator(estimator).mode)

    def localizers(self, field: str) -> dict[str, Any]:
        """Plain values of `localizers:` for a set, whose area may need another grid."""
        settings, grid_m = self.core.config.localizers, self.sets()[field].grid_m
        if grid_m is not None:
            coarse_m = max(settings.coarse_grid_m, grid_m)
            settings = settings.model_copy(update={"grid_m": grid_m, "coarse_grid_m": coarse_m})
        return settings.model_dump()

    def scores(self) -> dict[str, dict[str, str]]:
        """Files of scores by set and estimator; those that can score no trial are left out.

        Results of other teams follow the estimators.
        """
        return {
            field: {
                estimator: f"{_FOLDER}/scores/{field}/{estimator}.parquet"
                for estimator in (*self.settings.estimators, *self.settings.results)
                if estimator in self.settings.results or self.calibrations(field, estimator)
            }
            for field in self.sets()
        }

    def all_trials(self) -> dict[str, list[str]]:
        """Names of the trials of each set that take part."""
        return {field: list(self.trials(field)) for field in self.sets()}

    def score_files(self) -> list[str]:
        """All of them."""
        return [path for files in self.scores().values() for path in files.values()]

    def all_flights(self) -> list[str]:
        """Flights of all sets."""
        return [path for field in self.sets() for path in self.flight_paths(field)]

    def titles(self) -> dict[str, str]:
        """Names of the sets in figures and tables."""
        return {field: block.title for field, block in self.sets().items()}

    def labels(self) -> dict[str, str]:
        """Names of the estimators in figures and tables."""
        ours, theirs = self.settings.estimators, self.settings.results
        return {name: item.label for name, item in ours.items()} | {
            name: item.label for name, item in theirs.items()
        }
