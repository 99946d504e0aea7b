"""Opinion pool: a weighted sum of two scores, with weights fitted on simulated flights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.io.records import Record
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.scored_grid import Scorer
from rfsl.localizers.screening import CandidateScore


class PoolWeights(Record):
    """Weights of the scores of kriging and of the network; a sum below 1 widens the posterior."""

    kriging: float
    network: float


class Pool(Record):
    """Content of pool.json.

    Attributes:
        each: weights of kriging with each network alone, by the seed of the network.
        ensemble: weights of kriging with the mean of all networks.
        flights: number of simulated flights on which they were fitted.
    """

    each: dict[int, PoolWeights]
    ensemble: PoolWeights
    flights: int


@dataclass(frozen=True)
class PooledScorer:
    """Logarithmic opinion pool of two scores.

    s(x) = w_k s_k(x) + w_n s_n(x), so that p(x) ∝ p_k(x)^w_k p_n(x)^w_n
    (Genest & Zidek, "Combining probability distributions", 1986).

    Attributes:
        kriging, network: scorers of s_k and s_n.
        weights: w_k and w_n.

    See also:
        `fit_weights`: the weights.
    """

    kriging: Scorer
    network: Scorer
    weights: PoolWeights

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore:
        first, second = self.kriging(cells, parts), self.network(cells, parts)

        def score(xy_m: FloatArray) -> FloatArray:
            pooled = self.weights.kriging * first(xy_m) + self.weights.network * second(xy_m)
            return np.asarray(pooled)

        return score


@dataclass(frozen=True)
class ScoredFlight:
    """Both scores of a simulated flight over the cells of a grid.

    Attributes:
        kriging, network: (N,) scores at the centres of the cells.
        cell_m2: (N,) areas of the cells.
        source_cell: number of the cell that contains the source.
    """

    kriging: FloatArray
    network: FloatArray
    cell_m2: FloatArray
    source_cell: int

    @classmethod
    def of(
        cls, kriging: FloatArray, network: FloatArray, grid: Posterior, source_xy_m: FloatArray
    ) -> ScoredFlight:
        """From scores (N,) at the centres of the cells of `grid`, and the true position (2,)."""
        return cls(kriging, network, grid.cell_m2, grid.cell_at(source_xy_m))


def fit_weights(flights: Sequence[ScoredFlight]) -> PoolWeights:
    """Weights of largest likelihood of the true positions of simulated flights.

    They maximize the mean logarithm of the posterior density at the source,

        mean_f [ s_f(x_f) − log Σ_i exp(s_f(x_i)) A_i ],   s_f = w_k s_k + w_n s_n,

    which is concave in both weights, so every maximum is global. Weights are bounded to 0..2.

    Args:
        flights: scores of each simulated flight, and the cell of its source.

    Example:
        Kriging says 3 : 1 for the first of two cells, which holds in three of four flights: its
        weight is 1. The network says the same of both, so its weight stays at its start, 0.5.

        >>> kriging = np.log([3.0, 1.0])
        >>> weights = fit_weights(
        ...     [ScoredFlight(kriging, np.zeros(2), np.ones(2), cell) for cell in (0, 0, 0, 1)]
        ... )
        >>> round(weights.kriging, 3), round(weights.network, 3)
        (1.0, 0.5)
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
