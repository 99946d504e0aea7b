"""Set network: posterior by the score of a network that was trained on simulated flights."""

from __future__ import annotations

from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.set_scorer import SetScorer
from rfsl.localizers.spec import LocalizerSpec, Surroundings


def _build(surroundings: Surroundings) -> ScoredGrid:
    scorer = SetScorer.of(surroundings.weights, surroundings.set_cell_m)
    # It was trained on positions that have this error, so nothing is added.
    return ScoredGrid(surroundings, scorer, position_std_m=0.0)


SPEC = LocalizerSpec(_build, needs=("propagation",), networks="each")
