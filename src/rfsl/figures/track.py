"""The track of a flight for a map: in pieces of one colour each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import travelled_m

#: Largest number of pieces, and shortest length of one: a map shows no finer detail.
_PIECES = 1200
_SHORTEST_M = 2.0


@dataclass(frozen=True)
class TrackPieces:
    """A track in pieces of equal length. Samples of a hovering UAV fall into one piece.

    Positions are east and north in the local frame.

    Attributes:
        time_s: (P,) time of the first sample of each piece.
        xy_m: (P, 2) position at which each piece begins.
        rss_db: (P,) mean RSS of the used samples of each piece, NaN if none is used.
        end_m: (2,) position at which the last piece ends.
    """

    time_s: FloatArray
    xy_m: FloatArray
    rss_db: FloatArray
    end_m: FloatArray

    @classmethod
    def of(cls, flight: Flight, used: BoolArray) -> TrackPieces:
        """The pieces of a flight; `used` (S,) says which samples count for the RSS."""
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
