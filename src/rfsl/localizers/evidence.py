"""Whether a flight holds any signal of a source: it, or a power that is the same everywhere?

A receiver that hears noise alone logs a power that varies at random. Such a log has a posterior
too, about as wide as the area, but a position taken from it means nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import FlightCells
from rfsl.geometry.frames import Box
from rfsl.localizers.bagging import whole_flight
from rfsl.localizers.screening import CandidateScore, spread_cells

#: Strong evidence by Kass & Raftery, "Bayes factors" (1995): odds of twenty to one.
STRONG = 3.0
#: Candidates per side of the area, and most cells of a flight, by which the evidence is computed.
_SIDE, _MOST_CELLS = 16, 400
#: A place that is likelier than the steady power by this much settles it, without the others.
_SETTLED = 6.0
#: From a source so far away the power is the same all along the flight.
_FAR_M = 1e6


def is_noise(
    scorer: Callable[[FlightCells, BoolArray], CandidateScore],
    cells: FlightCells,
    area: Box,
    likely_m: FloatArray,
) -> bool:
    """Whether the power speaks against a source in the area, with odds of twenty to one.

    Args:
        scorer, cells, area: as for `log_evidence`.
        likely_m: (N, 2) a few places that the flight makes likely. If they explain it much better
            than a steady power does, there is no need to look at the others.
    """
    cells = _some(cells)
    score = scorer(cells, whole_flight(cells.rss_db.size))
    if score(likely_m)[0].max() - _steady(score) > _SETTLED:
        return False
    return log_evidence(scorer, cells, area) < -STRONG


def log_evidence(
    scorer: Callable[[FlightCells, BoolArray], CandidateScore], cells: FlightCells, area: Box
) -> float:
    """Logarithm of the odds for a source in the area, against a power that is the same everywhere.

        log B = log mean_x exp(s(x)) − max_far s(far)

    The mean is over a grid of candidates x of the area. Sources at a great distance, one in each
    direction, stand for the steady power, with the same shadowing and level. Of a flight with more
    than 400 cells, 400 count, spread evenly.

    Args:
        scorer: makes a log-likelihood from the cells of a flight and its parts.
        cells: of the flight, or of several over one source.
        area: the source area.
    """
    cells = _some(cells)
    score = scorer(cells, whole_flight(cells.rss_db.size))
    places = area.grid(2.0 * max(area.half_size_m) / _SIDE)
    inside = np.logaddexp.reduce(score(places)[0]) - np.log(len(places))
    return float(inside - _steady(score))


def _some(cells: FlightCells) -> FlightCells:
    count = cells.rss_db.size
    return cells.part(spread_cells(count, _MOST_CELLS)) if count > _MOST_CELLS else cells


def _steady(score: CandidateScore) -> float:
    """Log-likelihood of a power that is the same everywhere."""
    far_m = np.array([[_FAR_M, 0.0], [0.0, _FAR_M], [-_FAR_M, 0.0], [0.0, -_FAR_M]])
    return float(score(far_m)[0].max())
