"""The pages of replayed flights: their trials, their mode and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class ReplayPlan:
    """The part of the plan for replayed flights."""

    core: Core

    @property
    def mode(self) -> str:
        """The mode that makes the estimates."""
        return self.core.config.figures.replay.mode

    def trials(self) -> list[str]:
        """Trials that have a page."""
        return self.core.config.figures.replay.trials or self.core.config.trials.evaluate

    def fitted(self, trial: str) -> dict[str, Any]:
        """Files of the trial's fold that the mode uses; see `Core.fitted_files`."""
        return self.core.fitted_files(self.mode, self.core.fold(self.mode, trial))

    def described(self, trial: str) -> dict[str, Any]:
        """What a trial's page says of the estimator: its `mode`, `label` and `calibration`.

        The calibration is the path of its file, or None.
        """
        return {
            "mode": self.mode,
            "label": self.core.modes[self.mode].label,
            "calibration": self.fitted(trial)["calibration"],
        }
