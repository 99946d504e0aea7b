"""Readings that were due and not received: evidence that the signal was weak there.

A packet that was sent and not received, or a search that found no cell, has no power, but a place.
A log says so by a power of minus infinity. These readings are kept apart from the samples: stages
that need a power never see them, and the likelihood asks how probable it is that the signal was too
weak (`rfsl.localizers.likelihood`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.flights.flight import Flight, Lost
from rfsl.geometry.frames import travelled_m

#: Fewer lost readings on a stretch of the path may be chance.
_FEW = 3
#: A stretch is lost if more than this share of its readings is. Stretches of which at least the
#: second share is lost, and no more than the first, tell the power that the receiver needs.
_MOST, _SOME = 0.5, 0.25


@dataclass(frozen=True)
class LostStretches:
    """Stretches of the path on which most readings were lost; Q of them.

    Attributes:
        position_m: (Q, 3) mean position of the lost readings.
        attitude_rad: (Q, 3) attitude of the middle one.
        below_db: power that the signal did not reach there, on the scale of the flight's RSS.
    """

    position_m: FloatArray
    attitude_rad: FloatArray
    below_db: float

    @classmethod
    def of(cls, flight: Flight, cell_m: float) -> LostStretches:
        """Those of a flight, by stretches of `cell_m` metres.

        A stretch counts if at least three of its readings were lost, and more than half. The power
        that the signal did not reach is the median of those received where a quarter to a half was
        lost, or the least power if there is no such stretch. It errs upwards, so the evidence is
        rather too weak than too strong.

        There are none if that power is above the median of the flight: then it was not a weak
        signal that the readings were lost by.
        """
        lost = flight.lost
        none = np.empty((0, 3))
        if len(lost) == 0 or len(flight) == 0:
            return cls(none, none, float("-inf"))
        order = np.argsort(np.concatenate([flight.time_s, lost.time_s]), kind="stable")
        position_m = np.concatenate([flight.position_m, lost.position_m])[order]
        rss_db = np.concatenate([flight.rss_db, np.full(len(lost), -np.inf)])[order]
        _, stretch = np.unique(travelled_m(position_m) // cell_m, return_inverse=True)
        is_lost = np.isneginf(rss_db)
        count = np.bincount(stretch)
        lost_count = np.bincount(stretch[is_lost], minlength=count.size)
        share = lost_count / count
        below_db = _needed_db(
            rss_db, is_lost, (share >= _SOME)[stretch] & (share <= _MOST)[stretch]
        )
        if below_db > np.median(flight.rss_db):
            return cls(none, none, below_db)
        chosen = np.flatnonzero((share > _MOST) & (lost_count >= _FEW))
        attitude_rad = np.concatenate([flight.attitude_rad, lost.attitude_rad])[order]
        members = [np.flatnonzero(is_lost & (stretch == number)) for number in chosen]
        return cls(
            _rows([position_m[rows].mean(axis=0) for rows in members]),
            _rows([attitude_rad[_middle(rows)] for rows in members]),
            below_db,
        )


def not_received(raw: Flight) -> BoolArray:
    """Samples (S,) of a raw log without a signal: power of minus infinity, all else known."""
    others = np.column_stack([raw.time_s, raw.position_m, raw.attitude_rad])
    return np.isneginf(raw.rss_db) & np.isfinite(others).all(axis=1)


def split_lost(raw: Flight) -> Flight:
    """A raw log whose samples without a signal are its lost readings; a note counts them."""
    mask = not_received(raw)
    count = int(mask.sum())
    if count == 0 or count == len(raw):
        return raw
    order = np.flatnonzero(mask)[np.argsort(raw.time_s[mask], kind="stable")]
    lost = Lost(raw.time_s[order], raw.position_m[order], raw.attitude_rad[order])
    readings = "1 reading" if count == 1 else f"{count} readings"
    note = f"{readings} of {len(raw)} not received (power of minus infinity)"
    return raw.samples(~mask).with_lost(lost).noted(note)


def _needed_db(rss_db: FloatArray, is_lost: BoolArray, some: BoolArray) -> float:
    """Power below which most readings are lost, from the readings (S,) of partly lost stretches."""
    partly_db = rss_db[some & ~is_lost]
    return float(np.median(partly_db) if partly_db.size else rss_db[~is_lost].min())


def _middle(rows: IndexArray) -> int:
    return int(rows[rows.size // 2])


def _rows(rows: list[FloatArray]) -> FloatArray:
    return np.array(rows).reshape(-1, 3)
