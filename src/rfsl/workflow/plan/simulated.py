"""The table of simulated flights: which modes, folds and flights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rfsl.localizers.spec import IDEAL

if TYPE_CHECKING:
    from rfsl.workflow.plan.plan import Plan


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
    def of(cls, plan: Plan) -> SimulatedPlan:
        labels = plan.labels(plan.config.figures.simulated.modes)
        others = {"train_flights", "validation_flights"}
        flights = plan.config.flight_simulation.model_dump(exclude=others)
        return cls(labels | {IDEAL: "ideal posterior"}, plan.scored_folds(), flights)
