"""The table of simulated flights: which modes, folds and flights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rfsl.localizers.spec import IDEAL
from rfsl.workflow.plan.core import Core


@dataclass(frozen=True)
class SimulatedPlan:
    """What is drawn and who is compared on it.

    Attributes:
        labels: of the modes and, last, of the ideal posterior.
        folds: whose calibrations the flights are drawn from.
        flights: plain values of `flight_simulation` that test flights depend on.
    """

    labels: dict[str, str]
    folds: list[str]
    flights: dict[str, Any]

    @classmethod
    def of(cls, core: Core) -> SimulatedPlan:
        labels = core.labels(core.config.figures.simulated.modes)
        others = {"train_flights", "validation_flights"}
        flights = core.config.flight_simulation.model_dump(exclude=others)
        return cls(labels | {IDEAL: "ideal posterior"}, core.scored_folds(), flights)
