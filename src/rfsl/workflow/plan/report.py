"""Labels of the results in the report: what they show, form, modes, trials, propagation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rfsl.config.propagation import PROPAGATION_LABELS
from rfsl.workflow.plan.core import Core
from rfsl.workflow.plan.groups import TrialGroups

#: What each result shows, as the report lists it.
TITLES = {
    "calibration": "calibration with one location left out",
    "clustering": "effect of the clustering settings",
    "complexity": "size and latency of RealAdaptRNet",
    "coverage": "how often regions hold the source",
    "cost": "time and memory of each stage",
    "error_time": "error against time",
    "fields": "benchmark on flights of many fields",
    "fields_absent": "flights of many fields that are not at hand",
    "fields_flights": "benchmark on flights of many fields, flight by flight",
    "fields_pairs": "benchmark on flights of many fields, paired differences",
    "fig1": "Figure 1: scenario",
    "fig4a": "Figure 4(a): clusters of a flight",
    "fig5": "Figure 5: errors of the propagation models",
    "fig6a": "Figure 6(a): error by trial",
    "fig6b": "Figure 6(b): comparison with classical localizers and teams",
    "fig6c": "Figure 6(c): error by trajectory",
    "heatmap": "errors of the modes on radio maps",
    "heatmap_completion": "completion of the RSS map",
    "heatmap_coverage": "error against coverage",
    "heatmap_noise": "error against noise",
    "heatmap_original": "ours beside LocHeatmap's own",
    "heatmap_panels": "example scenes of one mode",
    "heatmap_whole_map": "what the layers of a completion cost",
    "legs": "loss behind the landing legs",
    "localizers": "every mode on every trial",
    "planning": "where to fly next: errors of the policies",
    "settings": "configuration",
    "simulated": "errors on simulated flights",
    "versions": "versions",
}


@dataclass(frozen=True)
class ReportPlan:
    """Labels of the report."""

    core: Core

    def labels(self, name: str, form: Literal["figure", "table", "page", "text"]) -> dict[str, str]:
        """Labels of one result. All results have the same keys, so the report can sort by each.

        Args:
            name: a key of `TITLES`.
            form: what the file is.
        """
        modes, trials, propagation = self._modes(name), self._trials(name), self._models(name)
        return {
            "result": TITLES[name],
            "form": form,
            "modes": ", ".join(self.core.modes[mode].label for mode in modes) or "-",
            "trials": ", ".join(self.core.trials[trial].shown for trial in trials) or "-",
            "propagation": ", ".join(PROPAGATION_LABELS.get(m, m) for m in propagation) or "-",
        }

    def _modes(self, name: str) -> Sequence[str]:
        config = self.core.config
        figures = config.figures
        shown: dict[str, Sequence[str]] = {
            "fig6a": figures.fig6a.modes,
            "fig6b": figures.fig6b.modes,
            "fig6c": figures.fig6c.modes,
            "error_time": figures.error_time.modes,
            "localizers": list(config.modes),
            "simulated": figures.simulated.modes,
            "coverage": figures.coverage.modes,
            "fields": [item.mode for item in config.fields.estimators.values()],
            "clustering": [config.ablation.mode],
            "heatmap": figures.heatmap.modes,
            "heatmap_coverage": figures.heatmap.modes,
            "heatmap_noise": figures.heatmap.modes,
            "heatmap_original": figures.heatmap.original_modes,
            "heatmap_panels": [figures.heatmap.panels_mode],
        }
        return shown.get(name, ())

    def _trials(self, name: str) -> Sequence[str]:
        core, groups = self.core, TrialGroups(self.core)
        shown: dict[str, Sequence[str]] = {
            "fig1": core.compared_trials(),
            "fig4a": [core.clustered_trial()],
            "fig5": core.compared_trials(),
            "legs": core.compared_trials(),
            "fig6a": groups.fig6a()["mean"],
            "fig6b": groups.fig6b()["mean"],
            "fig6c": groups.fig6c()["mean"],
        }
        scored = ("error_time", "coverage", "localizers", "clustering")
        return core.config.trials.evaluate if name in scored else shown.get(name, ())

    def _models(self, name: str) -> Sequence[str]:
        if name == "fig5":
            return self.core.config.figures.fig5.models
        found = (self.core.modes[mode].propagation for mode in self._modes(name))
        return list(dict.fromkeys(model for model in found if model is not None))
