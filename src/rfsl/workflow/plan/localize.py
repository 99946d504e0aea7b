"""What a config asks for where one flight over an unknown source is to be localized."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rfsl.errors import ConfigError
from rfsl.flights.trial import ALL_FOLD, NO_FOLD
from rfsl.workflow.plan.core import Core, listed


@dataclass(frozen=True)
class LocalizePlan:
    """The part of a plan that is about one flight."""

    core: Core

    def modes(self) -> dict[str, dict[str, Any]]:
        """The modes that may make the estimate, most wanted first: label, parameters, files.

        Modes that are trained for fixed times, or on maps, have `files` None: they cannot make it.
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

    def calibratable(self) -> bool:
        """Whether real flights are configured to calibrate on.

        What synthetic flights were calibrated on is the field model; it says nothing of a real
        flight.
        """
        used = self.core.calibration_trials(ALL_FOLD)
        return any(self.core.trials[name].format != "embedded" for name in used)

    def files(self) -> list[str]:
        """Files that the workflow makes for the estimate, or takes if they are there.

        A calibration is made. Networks are not trained for one flight: all of a mode's are there,
        or it is not used.
        """
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
        """Chamber files that one of the modes reads."""
        return sorted(
            {name for mode in self.modes() for name in self.core.mode_antenna_files(mode)}
        )

    def flight_path(self) -> str:
        """The log that is to be localized.

        Raises:
            ConfigError: none is named, or nothing is there.
        """
        path = self.core.config.flight
        if path is None:
            raise ConfigError(
                "flight: no log is named; add --config flight=PATH to the command "
                "(docs/reference/flight-logs.md lists the formats)"
            )
        if not Path(path).exists():
            raise ConfigError(f"flight: found {path}; there is no such file or folder")
        return path
