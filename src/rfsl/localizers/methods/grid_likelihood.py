"""Grid likelihood: robust likelihood of a propagation model over a grid of positions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings
from rfsl.propagation.spec import PropagationModel

#: Candidates whose RSS is predicted at once.
_BLOCK = 256


@dataclass(frozen=True)
class GridLikelihood:
    """Candidate whose predicted RSS fits the flight best, at the level that suits it best.

    Residuals e_c of a candidate (measured less predicted RSS of C cells) have a Laplace
    distribution with unknown level and scale. At the most likely values of both,

        level m = median e_c,   scale b = Σ |e_c − m| / C,   log L = −C log(2 e b),

    so the estimate is the candidate of smallest b. A few cells that no model explains (a leg, a
    null) hardly change a median.

    Attributes:
        surroundings: the source area, and the settings `cell_m` and `grid_m`.
        model: predicts the RSS, up to the level.

    Example:
        >>> residual_db = np.array([[7.0, 8.0, 9.0], [7.0, 8.0, 40.0]])
        >>> GridLikelihood._mean_deviation_db(residual_db).round(2).tolist()
        [0.67, 11.0]
    """

    surroundings: Surroundings
    model: PropagationModel

    def __call__(self, flight: Flight) -> Estimate:
        cells = self.surroundings.cells(flight)
        candidates_m = self.surroundings.area.grid(self.surroundings.settings.grid_m)
        sources_m = self.surroundings.sources_m(candidates_m)
        size_db = np.concatenate(
            [
                self._mean_deviation_db(cells.rss_db - self._predicted(cells, block))
                for block in np.array_split(sources_m, len(sources_m) // _BLOCK + 1)
            ]
        )
        return Estimate(candidates_m[np.argmin(size_db)])

    def _predicted(self, cells: FlightCells, sources_m: FloatArray) -> FloatArray:
        return self.model(cells.position_m, cells.attitude_rad, sources_m)

    @staticmethod
    def _mean_deviation_db(residual_db: FloatArray) -> FloatArray:
        level_db = np.median(residual_db, axis=1, keepdims=True)
        size_db: FloatArray = np.abs(residual_db - level_db).mean(axis=1)
        return size_db


def _build(surroundings: Surroundings) -> GridLikelihood:
    assert surroundings.model is not None  # guaranteed by `needs`
    return GridLikelihood(surroundings, surroundings.model)


SPEC = LocalizerSpec(_build, needs=("propagation",))
