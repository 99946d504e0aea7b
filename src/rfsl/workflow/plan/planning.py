"""The benchmark of planners as the rules ask for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rfsl.errors import ConfigError, did_you_mean
from rfsl.figures.palette import COLORS
from rfsl.planning.policies import POLICIES
from rfsl.randomness import shard_ranges
from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class PlanningPlan:
    """Which policies fly which worlds, and in which files their scores are."""

    core: Core

    def check(self) -> None:
        """Check that the policies exist.

        Raises:
            ConfigError: one does not.
        """
        for name in self.policies:
            if name not in POLICIES:
                raise ConfigError(
                    f"planning.policies: found {name!r}.{did_you_mean([name], POLICIES)} Allowed: "
                    f"{', '.join(sorted(POLICIES))}"
                )

    @property
    def policies(self) -> list[str]:
        """Names of the policies, in the order of the config."""
        return list(dict.fromkeys(self.core.config.planning.policies))

    def shards(self) -> list[range]:
        """Numbers of the worlds of each job."""
        settings = self.core.config.planning
        return shard_ranges(settings.worlds, -(-settings.worlds // settings.shards))

    def scores(self) -> dict[str, list[str]]:
        """Files with the scores of each policy."""
        return {
            name: [
                f"results/evaluation/planning/{name}/{shard}.parquet"
                for shard in range(len(self.shards()))
            ]
            for name in self.policies
        }

    def files(self) -> list[str]:
        """All files of `scores`."""
        return [path for paths in self.scores().values() for path in paths]

    def params(self) -> dict[str, Any]:
        """What a world and its estimates depend on; the number of worlds is not part of it."""
        settings = self.core.config.planning.model_dump(
            exclude={"policies", "worlds", "shards", "heights_m"}
        )
        others = {"train_flights", "validation_flights", "test_flights"}
        return {
            **self.core.params("seed", "scenario", "spiral", "flights", "localizers"),
            "flight_simulation": self.core.config.flight_simulation.model_dump(exclude=others),
            "planning": settings,
            "folds": self.core.scored_folds(),
        }

    def labels(self) -> dict[str, str]:
        """Label of each policy."""
        return {name: POLICIES[name].label for name in self.policies}

    def colors(self) -> dict[str, str]:
        """Colour of each policy."""
        return {name: COLORS[row % len(COLORS)] for row, name in enumerate(self.policies)}
