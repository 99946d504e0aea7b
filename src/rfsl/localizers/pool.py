"""Two scores as one: their weighted sum, with weights that simulated flights fix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.io.records import Record
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.scored_grid import CandidateScore, Scorer


class PoolWeights(Record):
    """Weights of the scores of kriging and of the network; a sum below 1 widens the posterior."""

    kriging: float
    network: float


class Pool(Record):
    """Content of pool.json.

    Attributes:
        each: weights for each network alone, by its seed.
        ensemble: weights for the mean of all.
        flights: simulated flights that fixed them.
    """

    each: dict[int, PoolWeights]
    ensemble: PoolWeights
    flights: int


@dataclass(frozen=True)
class PooledScorer:
    """Logarithmic opinion pool of two scores."""

    kriging: Scorer
    network: Scorer
    weights: PoolWeights

    def __call__(self, cells: FlightCells) -> CandidateScore:
        first, second = self.kriging(cells), self.network(cells)

        def score(xy_m: FloatArray) -> FloatArray:
            pooled = self.weights.kriging * first(xy_m) + self.weights.network * second(xy_m)
            return np.asarray(pooled)

        return score


@dataclass(frozen=True)
class ScoredFlight:
    """Both scores of a simulated flight over the cells of a grid.

    Attributes:
        kriging, network: (N,) scores of the cells' centres.
        cell_m2: (N,) their areas.
        source_cell: number of the cell that the source lies in.
    """

    kriging: FloatArray
    network: FloatArray
    cell_m2: FloatArray
    source_cell: int

    @classmethod
    def of(
        cls, kriging: FloatArray, network: FloatArray, grid: Posterior, source_xy_m: FloatArray
    ) -> ScoredFlight:
        """With the scores at the centres of the grid's cells."""
        apart = np.abs(grid.xy_m - source_xy_m).max(axis=1) / np.sqrt(grid.cell_m2)
        return cls(kriging, network, grid.cell_m2, int(np.argmin(apart)))


def fit_weights(flights: Sequence[ScoredFlight]) -> PoolWeights:
    """Weights of the largest probability of the true places.

    The mean logarithm of the posterior density at the source is concave in both weights.
    """
    from scipy.optimize import minimize  # here, since it loads slowly

    def cost(weights: FloatArray) -> float:
        total = 0.0
        for flight in flights:
            score = weights[0] * flight.kriging + weights[1] * flight.network
            score = score - score.max()
            total -= score[flight.source_cell] - np.log(np.exp(score) @ flight.cell_m2)
        return total / len(flights)

    found = minimize(cost, np.array([0.5, 0.5]), method="L-BFGS-B", bounds=[(0.0, 2.0)] * 2)
    return PoolWeights(kriging=float(found.x[0]), network=float(found.x[1]))
