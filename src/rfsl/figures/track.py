"""The track of a flight as a map draws it: in pieces of one colour each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import travelled_m

#: Most pieces, and the shortest: a map shows no more.
_PIECES = 1200
_SHORTEST_M = 2.0


@dataclass(frozen=True)
class TrackPieces:
    """A track in pieces of equal length, hovering taken together.

    Attributes:
        time_s: (P,) of the first sample of each piece.
        xy_m: (P, 2) where it begins.
        rss_db: (P,) mean RSS of its samples that are used, NaN where none is.
        end_m: (2,) where the last piece ends.
    """

    time_s: FloatArray
    xy_m: FloatArray
    rss_db: FloatArray
    end_m: FloatArray

    @classmethod
    def of(cls, flight: Flight, used: BoolArray) -> TrackPieces:
        """The pieces of a flight of which the samples (S,) are used."""
        xy_m = flight.position_m[:, :2]
        along_m = travelled_m(xy_m)
        step_m = max(_SHORTEST_M, float(along_m[-1]) / _PIECES)
        names, piece = np.unique((along_m // step_m).astype(np.intp), return_inverse=True)
        first = np.searchsorted(piece, np.arange(names.size))
        held = np.bincount(piece, used, names.size)
        total_db = np.bincount(piece, np.where(used, flight.rss_db, 0.0), names.size)
        with np.errstate(invalid="ignore"):
            rss_db = np.where(held > 0, total_db / held, np.nan)
        return cls(flight.time_s[first], xy_m[first], rss_db, xy_m[-1])
