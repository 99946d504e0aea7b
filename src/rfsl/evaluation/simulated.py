"""Errors of localizers on simulated flights, beside the ideal posterior.

Only seed, split and number determine a simulated flight, so every localizer sees the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import NO_BAGGING, LocalizerSettings
from rfsl.errors import ConfigError
from rfsl.evaluation.trials import posterior_scores
from rfsl.io.progress import tracked
from rfsl.io.schemas import SimulatedTable
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.methods.kriging import KrigingScorer
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import CellLocalizer, Localizer, Surroundings
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.simulation.flights import FlightSimulator, SimulatedFlight, with_gain

#: An estimate, with its posterior, from a simulated flight.
FlightEstimator = Callable[[SimulatedFlight], Estimate]


@dataclass(frozen=True)
class Ideal:
    """The posterior of an estimator that knows each flight's gain and common shadowing factor.

    It does not know the level, the shadowing or the error of the positions. Like every localizer it
    is not told at which power the receiver acquired. Simulated flights follow its likelihood
    exactly, so it is not bagged.

    Attributes:
        surroundings: where the source may be; its model and calibration are not used.
        calibration: the calibration that the flights are drawn from.
    """

    surroundings: Surroundings
    calibration: Calibration

    @classmethod
    def of(
        cls, simulator: FlightSimulator, settings: LocalizerSettings, flights: FlightSettings
    ) -> Ideal:
        """The ideal posterior for the flights of a simulator."""
        exact = settings.model_copy(update={"bagging": NO_BAGGING})
        surroundings = Surroundings(
            simulator.source_area, simulator.source_height_m, exact, flights
        )
        return cls(surroundings, simulator.calibration)

    def __call__(self, flight: SimulatedFlight) -> Estimate:
        profile = with_gain(self.calibration.profile, flight.gain_db)
        residual = self.calibration.residual
        spreads_db = tuple(flight.scale * std_db for std_db in residual.std_db)
        told = residual.model_copy(update={"std_db": spreads_db, "scale_spread": 0.0})
        likelihood = CellLikelihood(Calibrated(profile), profile, told)
        scorer = KrigingScorer(likelihood, self.surroundings.source_height_m)
        std_m = self.surroundings.settings.position_std_m
        return ScoredGrid(self.surroundings, scorer, std_m).locate(flight.cells)


def cells_estimator(mode: str, localizer: Localizer) -> FlightEstimator:
    """Estimates of a mode's localizer from the cells of simulated flights.

    Raises:
        ConfigError: the localizer needs samples, which are not simulated.
    """
    if not isinstance(localizer, CellLocalizer):
        raise ConfigError(
            f"figures.simulated.modes: found {mode}, whose localizer needs the samples of a "
            "flight; simulated flights have cells of the path only. Name a mode that gives a "
            "probability to candidate positions, such as kriging_calibrated"
        )
    locate = localizer.locate
    return lambda flight: locate(flight.cells)


def simulated_scores(
    simulator: FlightSimulator, estimate: FlightEstimator, seed: int, count: int
) -> pd.DataFrame:
    """Rows of `SimulatedTable`: the first `count` flights of split `test`."""
    rows = []
    for index in tracked(range(count), count, "simulated flights"):
        flight = simulator.draw(seed, "test", index)
        found = estimate(flight)
        assert found.posterior is not None  # `CellLocalizer` says so
        distance_m = simulator.flight_area.distance_outside_m(*flight.source_xy_m)
        rows.append(
            {
                "index": index,
                "trajectory": flight.trajectory,
                "inside": distance_m == 0.0,
                "error_m": float(np.linalg.norm(found.position_m - flight.source_xy_m)),
                **posterior_scores(found, flight.source_xy_m),
            }
        )
    return pd.DataFrame(rows, columns=list(SimulatedTable.to_schema().columns))
