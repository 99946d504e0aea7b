"""The plan that the rules read: which trials, folds, modes and files a config asks for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from rfsl.config.load import validate_config
from rfsl.workflow.code_digest import code_digest
from rfsl.workflow.data.registry import load_registry
from rfsl.workflow.plan.checks import (
    check_heatmaps,
    check_localize,
    check_locations,
    check_models,
    check_modes,
)
from rfsl.workflow.plan.core import Core
from rfsl.workflow.plan.fields import FieldsPlan
from rfsl.workflow.plan.groups import TrialGroups
from rfsl.workflow.plan.heatmaps import HeatmapPlan
from rfsl.workflow.plan.localize import LocalizePlan
from rfsl.workflow.plan.planning import PlanningPlan
from rfsl.workflow.plan.replay import ReplayPlan
from rfsl.workflow.plan.report import ReportPlan
from rfsl.workflow.plan.scores import ScoresPlan
from rfsl.workflow.plan.shipped import CHECKOUT, with_shipped_files
from rfsl.workflow.plan.simulated import SimulatedPlan
from rfsl.workflow.plan.trials_table import read_trials


@dataclass(frozen=True)
class Plan(Core):
    """The core, and a part for each subject that only some rules need."""

    @classmethod
    def of(cls, raw: object) -> Plan:
        """Make the plan of a merged config, after all checks that need no job.

        Args:
            raw: the config as Snakemake merged it from YAML.

        Raises:
            ConfigError: see `validate_config`, `read_trials` and `rfsl.workflow.plan.checks`.
        """
        config = with_shipped_files(validate_config(raw))
        plan = cls(config, read_trials(config), load_registry())
        check_models(plan)
        check_locations(plan)
        check_modes(plan)
        check_heatmaps(plan)
        check_localize(plan)
        plan.fields.check()
        plan.planning.check()
        return plan

    @classmethod
    def of_one_flight(cls, raw: object) -> Plan:
        """Make the plan for one flight; no trials table is read, and the plan has no trials.

        Args:
            raw: see `of`.

        Raises:
            ConfigError: see `of`.
        """
        plan = cls(validate_config(raw), {}, load_registry())
        check_models(plan)
        check_modes(plan)
        check_heatmaps(plan)
        check_localize(plan)
        return plan

    def code(self, script: str) -> str:
        """Digest of a script of workflow/scripts/ and of the package modules that it imports."""
        return code_digest(CHECKOUT / "workflow" / "scripts" / script)

    @cached_property
    def simulated(self) -> SimulatedPlan:
        """What the table of simulated flights needs."""
        return SimulatedPlan.of(self)

    @cached_property
    def groups(self) -> TrialGroups:
        """Which trials the figures of errors show together."""
        return TrialGroups(self)

    @cached_property
    def scores(self) -> ScoresPlan:
        """Which scores the figures of errors read."""
        return ScoresPlan(self, self.groups)

    @cached_property
    def report(self) -> ReportPlan:
        """Labels of the results in the report."""
        return ReportPlan(self)

    @cached_property
    def replay(self) -> ReplayPlan:
        """What the pages of replayed flights need."""
        return ReplayPlan(self)

    @cached_property
    def heatmaps(self) -> HeatmapPlan:
        """What the modes on radio maps need."""
        return HeatmapPlan(self)

    @cached_property
    def fields(self) -> FieldsPlan:
        """What the benchmark on flights of many fields needs."""
        return FieldsPlan(self)

    @cached_property
    def planning(self) -> PlanningPlan:
        """What the benchmark of planners needs."""
        return PlanningPlan(self)

    @cached_property
    def localize(self) -> LocalizePlan:
        """What one flight over an unknown source needs."""
        return LocalizePlan(self)
