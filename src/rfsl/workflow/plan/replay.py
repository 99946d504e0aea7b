"""The pages of replayed flights: which, and what their estimates are made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class ReplayPlan:
    """The part of a plan that is about replayed flights."""

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
        """What the trial's page says of the estimator: mode, label, file of the calibration."""
        return {
            "mode": self.mode,
            "label": self.core.modes[self.mode].label,
            "calibration": self.fitted(trial)["calibration"],
        }
