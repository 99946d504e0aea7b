"""Combined: opinion pool of kriging and a set network, with weights from simulated flights."""

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
    """Kriging pooled with one network, or with the mean of several.

    Args:
        surroundings: with the network weights, the file of pool weights, and what kriging needs.

    Raises:
        DataError: a file of weights cannot be read.

    See also:
        `rfsl.localizers.pool.PooledScorer`: the formula of the pool.
    """
    scorer = PooledScorer(
        kriging_scorer(surroundings),
        SetScorer.of(surroundings.weights, surroundings.set_cell_m),
        _weights(surroundings),
    )
    # The weights were fitted on flights whose positions have this error, so nothing is added.
    return ScoredGrid(surroundings, scorer, position_std_m=0.0)


def _weights(surroundings: Surroundings) -> PoolWeights:
    assert surroundings.pool is not None  # guaranteed by `networks`
    pool = read_pool(surroundings.pool)
    if len(surroundings.weights) > 1 or not pool.each:
        return pool.ensemble
    return pool.each[int(surroundings.weights[0].parent.name.removeprefix("seed"))]


def read_pool(path: Path) -> Pool:
    """Read pool.json.

    Raises:
        DataError: the file cannot be read, or has other content.
    """
    try:
        return Pool.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: not a pool ({error}); delete it and run again") from error


SPEC = LocalizerSpec(build_combined, needs=("propagation",), networks="each")
