"""The `Flight` record: what a UAV measured on one flight."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray


@dataclass(frozen=True)
class Lost:
    """Readings that were due and not received; L of them, in the order of time.

    Attributes:
        time_s: (L,) on the clock of the flight.
        position_m: (L, 3) east, north, up in the local frame.
        attitude_rad: (L, 3) as that of a flight.
    """

    time_s: FloatArray = field(default_factory=lambda: np.empty(0))
    position_m: FloatArray = field(default_factory=lambda: np.empty((0, 3)))
    attitude_rad: FloatArray = field(default_factory=lambda: np.empty((0, 3)))

    def __len__(self) -> int:
        return int(self.time_s.size)

    def chosen(self, mask: BoolArray) -> Lost:
        """Those of a mask (L,)."""
        return Lost(self.time_s[mask], self.position_m[mask], self.attitude_rad[mask])

    def later(self, by_s: float) -> Lost:
        """The same with later times."""
        return replace(self, time_s=self.time_s + by_s)


@dataclass(frozen=True)
class Flight:
    """What a UAV measured on one flight; S samples in the order of time.

    Attributes:
        time_s: (S,) seconds since the first sample, strictly rising.
        position_m: (S, 3) east, north, up in the local frame.
        attitude_rad: (S, 3) roll (right wing down positive), pitch (nose up positive), yaw
            (clockwise from north).
        rss_db: (S,) received power in dB, up to an unknown constant.
        quality_db: (S,) the channel sounder's quality figure; NaN where the log has none.
        notes: what was left out or corrected, for the job's log and the user.
        start_s: time of the first sample on the log's own clock; NaN if it is not known.
        lost: readings that were due and not received; none of them is a sample.

    See also: `rfsl.flights.readers.logs.read_log` makes it from a log.

    Example:
        >>> import numpy as np
        >>> time_s = np.arange(5) / 2
        >>> flight = Flight(time_s, np.zeros((5, 3)), np.zeros((5, 3)), -60 - time_s, time_s)
        >>> flight.until(1.0).rss_db.tolist()
        [-60.0, -60.5]
        >>> flight.noted("a gap").notes
        ('a gap',)
    """

    time_s: FloatArray
    position_m: FloatArray
    attitude_rad: FloatArray
    rss_db: FloatArray
    quality_db: FloatArray
    notes: tuple[str, ...] = field(default=())
    start_s: float = float("nan")
    lost: Lost = field(default_factory=Lost)

    def __len__(self) -> int:
        return int(self.time_s.size)

    def samples(self, index: BoolArray | IndexArray | slice) -> Flight:
        """The flight with some of its samples only, chosen by a mask (S,), indices or a slice."""
        return replace(
            self,
            time_s=self.time_s[index],
            position_m=self.position_m[index],
            attitude_rad=self.attitude_rad[index],
            rss_db=self.rss_db[index],
            quality_db=self.quality_db[index],
        )

    def until(self, time_s: float) -> Flight:
        """The samples and the lost readings before `time_s`."""
        first = self.samples(self.time_s < time_s)
        return first.with_lost(self.lost.chosen(self.lost.time_s < time_s))

    def with_lost(self, lost: Lost) -> Flight:
        """The flight with other lost readings."""
        return replace(self, lost=lost)

    def noted(self, *notes: str) -> Flight:
        """The flight with further notes."""
        return replace(self, notes=self.notes + notes)
