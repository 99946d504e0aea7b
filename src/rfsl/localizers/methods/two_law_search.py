"""Two-law search: posterior by LocHeatmap's two laws of RSS, at any level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.screening import CandidateScore
from rfsl.localizers.spec import LocalizerSpec, Surroundings, on_ground_m
from rfsl.radiomaps.two_law_search import two_law_scores


@dataclass(frozen=True)
class TwoLawScorer:
    """Score of candidates on the ground by `rfsl.radiomaps.two_law_search.two_law_scores`.

    Each cell of the flight has line of sight or not, independently of the others. Shadowing is not
    modelled, so cells count as independent; bagging is all that widens the posterior.
    """

    source_height_m: float

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore:
        def score(xy_m: FloatArray) -> FloatArray:
            offset_m = cells.position_m - on_ground_m(xy_m, self.source_height_m)[:, None]
            found, _ = two_law_scores(cells.rss_db, np.linalg.norm(offset_m, axis=-1), parts)
            return found

        return score


def _build(surroundings: Surroundings) -> ScoredGrid:
    return ScoredGrid(
        surroundings,
        TwoLawScorer(surroundings.source_height_m),
        surroundings.settings.position_std_m,
    )


SPEC = LocalizerSpec(_build)
