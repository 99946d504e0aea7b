"""Combined: kriging and a set network, weighted as simulated flights say."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from rfsl.errors import DataError
from rfsl.localizers.methods.kriging import kriging_scorer
from rfsl.localizers.pool import Pool, PooledScorer, PoolWeights
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.set_scorer import SetScorer
from rfsl.localizers.spec import LocalizerSpec, Surroundings


def build_combined(surroundings: Surroundings) -> ScoredGrid:
    """Kriging with one network, or with the mean of several."""
    scorer = PooledScorer(
        kriging_scorer(surroundings),
        SetScorer.of(surroundings.weights, surroundings.set_cell_m),
        _weights(surroundings),
    )
    # The weights were fixed on flights whose positions are a little off.
    return ScoredGrid(surroundings, scorer, position_std_m=0.0)


def _weights(surroundings: Surroundings) -> PoolWeights:
    assert surroundings.pool is not None  # `networks` says so
    pool = read_pool(surroundings.pool)
    if len(surroundings.weights) > 1 or not pool.each:
        return pool.ensemble
    return pool.each[int(surroundings.weights[0].parent.name.removeprefix("seed"))]


def read_pool(path: Path) -> Pool:
    """Read pool.json.

    Raises:
        DataError: not such a file.
    """
    try:
        return Pool.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: not a pool ({error}); delete it and run again") from error


SPEC = LocalizerSpec(build_combined, needs=("propagation",), networks="each")
