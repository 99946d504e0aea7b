"""Powers that are no reading: a number that stands for "none", and single wrong readings.

Receivers write 0, 127, -999 or the like where they have no reading. One such value above all others
would decide when the signal was acquired, so these values are found and left out:

- **A sentinel** is one exact value, as often as it occurs, that lies more than 25 dB above all
  other powers of the log, or more than 25 dB below them.
- **A spike** is a single reading of a log without quality that lies more than 25 dB above the five
  readings before it and the five after it. If more than one reading in a hundred is one (and more
  than three), the source may send in bursts, and none is left out.

A true signal is kept: it rises and falls over several readings, with other values in between. Even
over the source, a UAV 10 m above it at 10 m/s that reads every five seconds sees it rise by 14 dB.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray

#: A sentinel or spike is farther than this from the powers that it is compared with.
_FAR_DB = 25.0
#: Sentinels of a log on either side.
_MOST_SENTINELS = 3
#: A spike is compared with so many readings before and after it.
_NEIGHBOURS = 5
#: A larger share of readings than the first, and more of them than the second, are bursts.
_BURST_SHARE, _BURST_READINGS = 0.01, 3


def sentinels(rss_db: FloatArray) -> tuple[BoolArray, list[str]]:
    """Which readings (S,) are sentinels, and a note on each value.

    Example:
        >>> mask, notes = sentinels(np.array([-90.0, 0.0, -75.5, -999.0, -60.0, -999.0]))
        >>> mask.tolist()
        [False, True, False, True, False, True]
        >>> notes[0], notes[1]
        ('1 reading of 0 dB, 60 dB above all others, left out',
        '2 readings of -999 dB, 909 dB below all others, left out')
    """
    found = np.zeros(rss_db.size, dtype=bool)
    notes = []
    for side, sign in (("above", 1.0), ("below", -1.0)):
        for _ in range(_MOST_SENTINELS):
            values, counts = np.unique(sign * rss_db[~found], return_counts=True)
            # Of three values, none is known to be the odd one.
            if values.size < 3 or not values[-1] - values[-2] > _FAR_DB:
                break
            value_db, apart_db = sign * values[-1], values[-1] - values[-2]
            found |= rss_db == value_db
            notes.append(
                f"{_readings(int(counts[-1]))} of {value_db:g} dB, {_short(apart_db)} dB {side} "
                "all others, left out"
            )
    return found, notes


def spikes(rss_db: FloatArray, quality_db: FloatArray) -> tuple[BoolArray, list[str]]:
    """Which readings (S,) are spikes, and a note that counts them.

    Args:
        rss_db: (S,) power in the order of time.
        quality_db: (S,) quality; a reading that has one is no spike.
    """
    none = np.zeros(rss_db.size, dtype=bool)
    if rss_db.size < 2 * _NEIGHBOURS + 1:
        return none, []
    padded = np.pad(rss_db, _NEIGHBOURS, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1)
    around = np.delete(windows, _NEIGHBOURS, axis=1)
    found: BoolArray = (rss_db - around.max(axis=1) > _FAR_DB) & np.isnan(quality_db)
    count = int(found.sum())
    if count == 0 or (count > _BURST_READINGS and count > _BURST_SHARE * rss_db.size):
        return none, []
    worst = int(np.argmax(np.where(found, rss_db, -np.inf)))
    above_db = float(rss_db[worst] - around[worst].max())
    return found, [
        f"{_readings(count)} far above the readings before and after, such as "
        f"{rss_db[worst]:g} dB, {_short(above_db)} dB above them, left out"
    ]


def _readings(count: int) -> str:
    return "1 reading" if count == 1 else f"{count} readings"


def _short(value_db: float) -> str:
    return f"{value_db:.0f}" if value_db < 1e4 else f"{value_db:.1g}"
