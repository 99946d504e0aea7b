"""Coarsening: how much less a flight says of the source than a likelihood claims.

A likelihood is never quite right, and its error adds up over the cells of a flight. A coarsened
posterior (Miller & Dunson, "Robust Bayesian inference via coarsening", 2019) takes the likelihood
to the power

    ζ = α / (α + n),

n the number of cells that hold the signal. So a short flight counts almost in full, and no flight
counts for more than α cells. α is learned where sources are known: it maximizes the logarithmic
score of the posterior there.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from rfsl.errors import DataError
from rfsl.io.records import Record


class Coarsening(Record):
    """Content of results/coarsening/{fold}.json.

    Attributes:
        cells: α.
        low, high: bounds of its 90 % likelihood interval, among the values tried.
        trials: flights that it was learned on; none if it is the middle of the prior.
        log_density, plain_log_density: mean logarithm of the posterior density (per m²) at their
            sources, with α and without coarsening; None without flights.
    """

    cells: float
    low: float
    high: float
    trials: tuple[str, ...] = ()
    log_density: float | None = None
    plain_log_density: float | None = None


def power(coarsening_cells: float, cells: int) -> float:
    """Power ζ of the likelihood of a flight with so many cells; 1 for an infinite α.

    >>> power(100.0, 300)
    0.25
    >>> power(float("inf"), 300)
    1.0
    """
    return 1.0 / (1.0 + cells / coarsening_cells)


def read_coarsening(path: str | Path | None) -> float:
    """α of a file that the workflow made; infinite without a path.

    Raises:
        DataError: not such a file.
    """
    if path is None:
        return float("inf")
    try:
        text = Path(path).read_text(encoding="utf-8")
        return Coarsening.model_validate_json(text).cells
    except (OSError, ValidationError) as error:
        raise DataError(f"{path}: not a coarsening ({error}); delete it and run again") from error
