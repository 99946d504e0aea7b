"""What is needed to localize the unknown source of one flight."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.config.flights import FlightSettings
from rfsl.errors import ConfigError
from rfsl.fixes.choice import RESULTS, calibration_file
from rfsl.flights.trial import ALL_FOLD, NO_FOLD
from rfsl.workflow.plan.core import Core, listed


@dataclass(frozen=True)
class LocalizePlan:
    """The part of the plan for one flight over an unknown source."""

    core: Core

    def modes(self) -> dict[str, dict[str, Any]]:
        """Plain values of the modes that may make the estimate, most wanted first.

        Each has its `label`, its `files` (see `Core.fitted_files`) and the values of
        `Core.localizer_params`. Modes that are trained for fixed times or on radio maps cannot make
        the estimate; their `files` is None.
        """
        core = self.core
        values: dict[str, dict[str, Any]] = {}
        for mode in core.config.localize.modes:
            label = core.modes[mode].label
            if core.is_network(mode) or core.is_heatmap(mode):
                values[mode] = {"label": label, "files": None}
                continue
            fold = ALL_FOLD if core.mode_needs_calibration(mode) else NO_FOLD
            files = core.fitted_files(mode, fold)
            values[mode] = {"label": label, "files": files, **core.localizer_params(mode)}
        return values

    def flights(self) -> FlightSettings:
        """How the log is read: the block `flights` with the length of the block `localize`."""
        config = self.core.config
        duration_s = config.localize.duration_s
        return config.flights.whole() if duration_s is None else config.flights.lasting(duration_s)

    def calibratable(self) -> bool:
        """Whether the config has logged trials to calibrate on.

        A calibration on synthetic trials describes the field model and says nothing about a real
        flight.
        """
        used = self.core.calibration_trials(ALL_FOLD)
        return any(self.core.trials[name].format != "embedded" for name in used)

    def files(self) -> list[str]:
        """Calibrations and trained networks that the estimate may use.

        The workflow makes a calibration, but does not train networks for one flight: the files of a
        mode with networks are listed only if all its networks are there already. A calibration that
        `localize.calibration` names takes the place of that of the workflow.
        """
        calibration = self.core.config.localize.calibration
        given = calibration_file(calibration)
        if calibration != RESULTS:
            return [] if given is None else [str(given)]
        if not self.calibratable():
            return []
        paths: list[str] = []
        for values in self.modes().values():
            if values["files"] is None:
                continue
            trained = [path for path in listed(values["files"]) if "/models/" in path]
            if all(Path(path).is_file() for path in trained):
                paths += listed(values["files"])
        return list(dict.fromkeys(paths))

    def antenna_files(self) -> list[str]:
        """Chamber files that at least one of the modes reads."""
        return sorted(
            {name for mode in self.modes() for name in self.core.mode_antenna_files(mode)}
        )

    def flight_paths(self) -> list[str]:
        """Paths of the logs to localize.

        Raises:
            ConfigError: the config names no log, or a path does not exist.
        """
        named = self.core.config.flight
        if named is None:
            raise ConfigError(
                "flight: no log is named; add --config flight=PATH to the command "
                "(docs/reference/flight-logs.md lists the formats)"
            )
        paths = [named] if isinstance(named, str) else named
        for path in paths:
            if not Path(path).exists():
                raise ConfigError(f"flight: found {path}; there is no such file or folder")
        return paths
