"""Screening of candidates on long flights: unlikely ones are not scored by all cells.

Over a long flight nearly every candidate is so unlikely that its probability is zero to rounding. A
few cells of the flight show that. So candidates are first scored by 256 cells, spread evenly over
the flight, then by four times as many, and so on. A candidate goes on if it is within a margin of
the best one. The last ones are scored by all cells and all parts of the flight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rfsl.arrays import BoolArray, FloatArray

#: Log-likelihood (R, N) of candidate positions (N, 2) for each part of a flight, up to constants.
CandidateScore = Callable[[FloatArray], FloatArray]

#: Flights of more cells are screened (15 km in cells of 10 m).
LONG_CELLS = 1_500
#: Cells of the first screening, and how many times as many each next one has. The last one has less
#: than a quarter of the flight's.
_FIRST_CELLS, _TIMES, _LEAST_RATIO = 256, 4, 4
#: Candidates with a log-likelihood this far below the best one are dropped. More cells put them
#: farther below, about in proportion: a part of the flight, which is half of it, by 60 or more.
_MARGIN = 30.0
#: Multiples of the golden ratio are spread evenly, and beat with no spacing of the parts.
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def screening_cells(count: int) -> list[BoolArray]:
    """Masks (C,) of the cells for each screening of a flight of so many cells; none if it is short.

    Example:
        >>> [int(mask.sum()) for mask in screening_cells(6000)]
        [256, 1024]
        >>> screening_cells(1500)
        []
    """
    if count <= LONG_CELLS:
        return []
    masks = []
    size = _FIRST_CELLS
    while _LEAST_RATIO * size < count:
        masks.append(spread_cells(count, size))
        size *= _TIMES
    return masks


def spread_cells(count: int, size: int) -> BoolArray:
    """Mask (C,) of `size` of the cells of a flight, spread evenly over it.

    Example:
        >>> np.flatnonzero(spread_cells(10, 3)).tolist()
        [0, 2, 5]
    """
    order = np.argsort(np.mod(_GOLDEN * np.arange(count), 1.0), kind="stable")
    mask = np.zeros(count, dtype=bool)
    mask[order[:size]] = True
    return mask


def screened(screenings: Sequence[CandidateScore], score: CandidateScore) -> CandidateScore:
    """The score of the candidates that pass all screenings; minus infinity for the others.

    The best candidate by each screening always passes.

    Args:
        screenings: scores (1, N) by few cells, the fewest first.
        score: by all cells and parts.

    Example:
        >>> rough = lambda xy_m: -xy_m[None, :, 0] / 10.0
        >>> fine = lambda xy_m: -xy_m[None, :, 0]
        >>> screened([rough], fine)(np.array([[0.0, 0.0], [5.0, 0.0], [999.0, 0.0]]))
        array([[ -0.,  -5., -inf]])
    """
    if not screenings:
        return score

    def of_likely(xy_m: FloatArray) -> FloatArray:
        left = np.arange(len(xy_m))
        for rough in screenings:
            (value,) = rough(xy_m[left])
            left = left[value >= value.max() - _MARGIN]
        value = score(xy_m[left])
        found = np.full((len(value), len(xy_m)), -np.inf)
        found[:, left] = value
        return found

    return of_likely
