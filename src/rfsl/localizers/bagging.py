"""Bagging: the mean of the posteriors of many parts of a flight.

A likelihood is never quite right, and what is wrong with it adds up over the cells of a flight. So
a posterior that takes it at its word becomes surer with every cell than it can be. A bagged
posterior (Bühlmann, "Discussion of Big Bayes stories and BayesBag", 2014; Huggins & Miller,
"Reproducible parameter inference using bagged posteriors", 2024) is the mean of the posteriors of
many parts of the data. Where the parts agree it is as narrow as each of them. Where they do not, it
holds all that they say, so it shows how far the result hangs on a few stretches of the path.

Cells of a flight are not independent, so a part is made of stretches: about every other stretch of
a given length. Stretches of several lengths make parts of several kinds.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.localizers import BaggingSettings
from rfsl.flights.cells import MINIMUM_CELLS

#: A part has this share of the cells at least.
_SHARE = 0.5
#: Where the first stretch begins, and which stretches are taken, both in stretches.
_SHIFTS, _PHASES = (0.0, 0.5), (0.25, 0.75)


def flight_parts(travelled_m: FloatArray, settings: BaggingSettings) -> BoolArray:
    """Parts of a flight, each with about a share f of its stretches, spread evenly over its path.

        f = max(1/2, c / (c + C)),   c = `settings.cells`

    So a part of a long flight is half of it. A flight of few cells says little, so there is little
    to be too sure of, and its parts keep more. Stretch j of a length B covers the path from (j − s)
    B on, for a shift s of 0 or ½. A part has the stretches with frac(j f + φ) < f, φ = ¼ or ¾. Each
    length gives four parts; for f = ½ they are two pairs of complementary halves.

    Args:
        travelled_m: (C,) length of the path at each cell, rising.
        settings: lengths of the stretches; none for the whole flight as its only part.

    Returns:
        (R, C) whether a part has a cell. Parts of fewer than five cells are left out; if none is
        left, the whole flight is the only part.

    Example:
        The halves of a flight, by stretches of 100 m and with a shift of 50 m.

        >>> along_m = np.arange(0.0, 400.0, 20.0)
        >>> halves = flight_parts(along_m, BaggingSettings(stretches_m=[100.0], cells=1))
        >>> for half in halves.astype(int):
        ...     print("".join(map(str, half)))
        11111000001111100000
        11100000111110000011
        00000111110000011111
        00011111000001111100
    """
    count = travelled_m.size
    share = max(_SHARE, settings.cells / (settings.cells + count))
    parts = []
    for phase, length_m, shift in product(_PHASES, settings.stretches_m, _SHIFTS):
        stretch = np.floor(travelled_m / length_m + shift)
        part = np.mod(stretch * share + phase, 1.0) < share
        if part.sum() >= MINIMUM_CELLS:
            parts.append(part)
    return np.array(parts) if parts else whole_flight(count)


def whole_flight(count: int) -> BoolArray:
    """The whole flight of so many cells as its only part, (1, C)."""
    return np.ones((1, count), dtype=bool)
