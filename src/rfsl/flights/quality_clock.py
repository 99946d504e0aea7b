"""The quality figure's clock, which in some logs runs at another rate than the power's.

An unlocked receiver reads its floor, so power and lock are correlated. If they agree far better
once the quality is shifted and stretched in time, its clock was wrong, and the quality is moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray

#: Power and quality are compared at this interval.
_STEP_S = 2.0
#: Rates and offsets that are tried: first a coarse grid, then a fine one around the best.
_RATES = np.arange(0.80, 1.2501, 0.01)
_OFFSETS_S = np.arange(-60.0, 61.0, 2.0)
_FINE_RATES = np.arange(-0.01, 0.0101, 0.0025)
_FINE_OFFSETS_S = np.arange(-3.0, 3.1, 0.5)
#: A clock counts as wrong only if the correlation rises by the first, to at least the second.
_GAIN, _LEAST = 0.1, 0.5
#: Both clocks have to cover this share of the log.
_SHARED = 0.7


@dataclass(frozen=True)
class Clock:
    """How the quality's clock runs against the power's.

    The power at time t has the quality that was logged at

        start_s + offset_s + rate (t − start_s)

    Attributes:
        start_s: first time of the log.
        rate: seconds of the quality's clock in a second of the power's.
        offset_s: how late the quality is at the start.
    """

    start_s: float
    rate: float = 1.0
    offset_s: float = 0.0

    @property
    def right(self) -> bool:
        """Whether it is the power's own clock."""
        return self.rate == 1.0 and self.offset_s == 0.0

    def quality_at(self, time_s: FloatArray, quality_db: FloatArray) -> FloatArray:
        """Quality (S,) that belongs to the power at each time; NaN if it is beyond the log.

        Args:
            time_s, quality_db: (S,) samples as logged; the quality nearest in time is taken.

        Example:
            A quality that was logged 2 s late:

            >>> clock = Clock(0.0, offset_s=2.0)
            >>> clock.quality_at(np.arange(4.0), np.array([10.0, 11.0, 12.0, 13.0])).tolist()
            [12.0, 13.0, nan, nan]
        """
        wanted_s = self.start_s + self.offset_s + self.rate * (time_s - self.start_s)
        after = np.clip(np.searchsorted(time_s, wanted_s), 1, time_s.size - 1)
        before = after - 1
        nearer = wanted_s - time_s[before] < time_s[after] - wanted_s
        found = quality_db[np.where(nearer, before, after)]
        beyond = (wanted_s < time_s[0]) | (wanted_s > time_s[-1])
        return np.where(beyond, np.nan, found)


def quality_clock(
    time_s: FloatArray, rss_db: FloatArray, quality_db: FloatArray, lock_quality_db: float
) -> Clock:
    """The clock with which lock and power are best correlated.

    It is the power's own, unless another rate and offset raise the correlation by 0.1 or more, to
    at least 0.5.

    Args:
        time_s, rss_db, quality_db: (S,) samples of a log, in the order of time.
        lock_quality_db: quality above which the receiver is locked.
    """
    own = Clock(float(time_s[0]))
    known = ~np.isnan(quality_db)
    locked = (quality_db > lock_quality_db).astype(float)
    duration_s = time_s[-1] - time_s[0]
    if not known.all() or np.ptp(locked) == 0.0 or duration_s < 2.0 * _OFFSETS_S[-1]:
        return own
    at_s = np.arange(time_s[0], time_s[-1], _STEP_S)
    power_db = np.interp(at_s, time_s, rss_db)

    def best(rates: FloatArray, offsets_s: FloatArray) -> tuple[float, float, float]:
        found = []
        for rate in rates:
            wanted_s = own.start_s + rate * (at_s[:, None] - own.start_s) + offsets_s
            lock = np.interp(wanted_s, time_s, locked)
            shared = (wanted_s >= time_s[0]) & (wanted_s <= time_s[-1])
            alike = _correlation(power_db, lock, shared)
            place = int(np.argmax(alike))
            found.append((float(alike[place]), float(rate), float(offsets_s[place])))
        return max(found)

    alone, _, _ = best(np.ones(1), np.zeros(1))
    _, rate, offset_s = best(_RATES, _OFFSETS_S)
    together, rate, offset_s = best(rate + _FINE_RATES, offset_s + _FINE_OFFSETS_S)
    if together < max(alone + _GAIN, _LEAST):
        return own
    return Clock(own.start_s, rate, offset_s)


def _correlation(power_db: FloatArray, lock: FloatArray, shared: FloatArray) -> FloatArray:
    """Correlation (K,) of power (T,) with K locks (T, K), over the times that `shared` marks."""
    count = shared.sum(axis=0)
    power = np.where(shared, power_db[:, None], 0.0)
    power = np.where(shared, power - power.sum(axis=0) / np.maximum(count, 1), 0.0)
    lock = np.where(shared, lock - (lock * shared).sum(axis=0) / np.maximum(count, 1), 0.0)
    size = np.sqrt(np.square(power).sum(axis=0) * np.square(lock).sum(axis=0))
    alike = (power * lock).sum(axis=0) / np.maximum(size, 1e-9)
    return np.asarray(np.where(count >= _SHARED * power_db.size, alike, -1.0))
