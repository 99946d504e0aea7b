"""The pages of replayed flights: which, and what their estimates are made with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rfsl.workflow.plan.plan import Plan


@dataclass(frozen=True)
class ReplayPlan:
    """The part of a plan that is about replayed flights."""

    plan: Plan

    @property
    def mode(self) -> str:
        """The mode that makes the estimates."""
        return self.plan.config.figures.replay.mode

    def trials(self) -> list[str]:
        """Trials that have a page."""
        return self.plan.config.figures.replay.trials or self.plan.config.trials.evaluate

    def fitted(self, trial: str) -> dict[str, Any]:
        """Files of the trial's fold that the mode uses; see `Plan.fitted_files`."""
        return self.plan.fitted_files(self.mode, self.plan.fold(self.mode, trial))

    def described(self, trial: str) -> dict[str, Any]:
        """What the trial's page says of the estimator: mode, label, file of the calibration."""
        return {
            "mode": self.mode,
            "label": self.plan.modes[self.mode].label,
            "calibration": self.fitted(trial)["calibration"],
        }
