"""What a simulated receiver logs along a trajectory."""

from __future__ import annotations

from dataclasses import dataclass

from rfsl.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class Received:
    """RSS along a trajectory of S samples, and where the receiver held the signal.

    Attributes:
        rss_db: (S,) RSS in dBm or relative to any constant. Where the signal is not held, it is the
            receiver's floor.
        locked: (S,) whether the receiver held the signal; None if it holds every signal.
    """

    rss_db: FloatArray
    locked: BoolArray | None = None

    def until(self, samples: int) -> Received:
        """The first samples."""
        locked = self.locked
        return Received(self.rss_db[:samples], None if locked is None else locked[:samples])
