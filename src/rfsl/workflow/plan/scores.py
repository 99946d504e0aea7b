"""The scores that figures and tables of errors read: for each mode, by fold and time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from rfsl.workflow.plan.core import Core
from rfsl.workflow.plan.groups import TrialGroups

#: Files of scores, by mode.
ScoreFiles = dict[str, list[str]]


def joined(files: Mapping[str, Iterable[str]]) -> list[str]:
    """All files of all modes."""
    return [path for paths in files.values() for path in paths]


@dataclass(frozen=True)
class ScoresPlan:
    """Files of `results/evaluation/{mode}/{fold}/{after_s}s.parquet`.

    A figure asks for the folds of its own trials at its own times, so no network is trained that it
    does not show. A file has all scored trials of its fold.
    """

    core: Core
    groups: TrialGroups

    def fig6a(self) -> ScoreFiles:
        """Scores of Figure 6(a)."""
        figure = self.core.config.figures.fig6a
        return self._of(figure.modes, self.groups.fig6a()["mean"], figure.times_s)

    def fig6b(self) -> ScoreFiles:
        """Scores of Figure 6(b)."""
        figure = self.core.config.figures.fig6b
        return self._of(figure.modes, self.groups.fig6b()["mean"], figure.times_s)

    def fig6c(self) -> ScoreFiles:
        """Scores of Figure 6(c)."""
        figure = self.core.config.figures.fig6c
        return self._of(figure.modes, self.groups.fig6c()["mean"], figure.times_s)

    def all_modes(self) -> ScoreFiles:
        """Scores of every mode on every scored trial at every time of `trials.estimate_after_s`."""
        trials = self.core.config.trials
        return self._of(list(self.core.config.modes), trials.evaluate, trials.estimate_after_s)

    def ablation(self) -> ScoreFiles:
        """Scores of the variants of the ablation, at the last time."""
        modes = dict.fromkeys(variant.mode for variant in self.core.variants)
        return self._of(list(modes), self.core.config.trials.evaluate, None)

    def error_time(self) -> ScoreFiles:
        """Scores at many times, of the figure of error against time."""
        return _one_each("time", self.core.config.figures.error_time.modes)

    def coverage(self) -> ScoreFiles:
        """Scores at many times, of the figure of coverage."""
        return _one_each("time", self.core.config.figures.coverage.modes)

    def whole_flights(self) -> ScoreFiles:
        """Scores of whole flights, of the figure of coverage; none without logged flights."""
        modes = self.core.config.figures.coverage.modes if self.core.whole_trials() else []
        return _one_each("whole", modes)

    def _of(
        self, modes: Sequence[str], trials: Sequence[str], times_s: Sequence[int] | None
    ) -> ScoreFiles:
        """Scores of modes on trials; without times, at the last of `trials.estimate_after_s`."""
        wanted_s = times_s or self.core.config.trials.estimate_after_s[-1:]
        files = {}
        for mode in modes:
            folds = dict.fromkeys(self.core.fold(mode, trial) for trial in trials)
            files[mode] = [
                f"results/evaluation/{mode}/{fold}/{after_s}s.parquet"
                for fold, after_s in product(folds, wanted_s)
            ]
        return files


def _one_each(folder: str, modes: Sequence[str]) -> ScoreFiles:
    return {mode: [f"results/evaluation/{folder}/{mode}.parquet"] for mode in modes}
