"""Groups of trials whose errors the figures show together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class TrialGroups:
    """The trials of each group: a bar of a figure of errors is the mean over one group."""

    core: Core

    def scored(self, wanted: Sequence[str] | None) -> list[str]:
        """Wanted trials that are scored; all scored trials if there is none."""
        evaluate = self.core.config.trials.evaluate
        return [name for name in wanted or [] if name in evaluate] or list(evaluate)

    def unscored(self, wanted: Sequence[str] | None) -> list[str]:
        """Wanted trials that are not scored; the figure lists them in a note."""
        return [name for name in wanted or [] if name not in self.core.config.trials.evaluate]

    def all_scored(self) -> dict[str, list[str]]:
        """A group for each scored trial, and `mean` for all of them."""
        return _each_and_mean(self.core.config.trials.evaluate)

    def fig6a(self) -> dict[str, list[str]]:
        """Groups of Figure 6(a): each of its trials, and `mean`."""
        return _each_and_mean(self.scored(self.core.config.figures.fig6a.trials))

    def fig6b(self) -> dict[str, list[str]]:
        """Groups of Figure 6(b): each of its trials, and `mean`."""
        return _each_and_mean(self.scored(self.core.config.figures.fig6b.trials))

    def fig6c(self) -> dict[str, list[str]]:
        """Groups of Figure 6(c): the trials of each flight at the configured locations, and `mean`.

        If no scored trial is at these locations, all locations are used.
        """
        wanted = self.core.config.figures.fig6c.locations or []
        evaluate = self.core.config.trials.evaluate
        chosen = [
            name for name in evaluate if self.core.trials[name].location in wanted
        ] or evaluate
        groups: dict[str, list[str]] = {}
        for name in chosen:
            groups.setdefault(self.core.trials[name].flight, []).append(name)
        return groups | {"mean": list(chosen)}

    def flights_without_score(self) -> list[str]:
        """Flights of the trials table without a scored trial."""
        scored = {self.core.trials[name].flight for name in self.core.config.trials.evaluate}
        return sorted({trial.flight for trial in self.core.trials.values()} - scored)


def _each_and_mean(trials: Sequence[str]) -> dict[str, list[str]]:
    return {name: [name] for name in trials} | {"mean": list(trials)}
