"""The table of errors on simulated flights: its modes, folds and flights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rfsl.localizers.spec import IDEAL
from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class SimulatedPlan:
    """The flights that are drawn, and the modes that are compared on them.

    Attributes:
        labels: labels of the table's modes, and last that of the ideal posterior, by mode.
        modes: modes that are scored on the flights, for the table or for the coverage.
        folds: folds whose calibrations the flights are drawn from.
        flights: plain values of `flight_simulation` that the test flights depend on.
    """

    labels: dict[str, str]
    modes: list[str]
    folds: list[str]
    flights: dict[str, Any]

    @classmethod
    def of(cls, core: Core) -> SimulatedPlan:
        """The table that a config asks for."""
        labels = core.labels(core.config.figures.simulated.modes)
        others = {"train_flights", "validation_flights"}
        flights = core.config.flight_simulation.model_dump(exclude=others)
        figures = core.config.figures
        modes = list(dict.fromkeys([*figures.simulated.modes, *figures.coverage.modes]))
        return cls(labels | {IDEAL: "ideal posterior"}, modes, core.scored_folds(), flights)
