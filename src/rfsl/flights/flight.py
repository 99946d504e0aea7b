"""The Flight record."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rfsl.arrays import BoolArray, FloatArray, IndexArray


@dataclass(frozen=True)
class Flight:
    """What a UAV measured on one flight; S samples in the order of time.

    Attributes:
        time_s: (S,) seconds since the first sample, strictly rising.
        position_m: (S, 3) east, north, up in the local frame.
        attitude_rad: (S, 3) roll (right wing down positive), pitch (nose up positive), yaw
            (clockwise from north).
        rss_db: (S,) received power over an unknown constant.
        quality_db: (S,) the sounder's own quality figure; NaN where the log has none.
        notes: what was dropped or masked, for the log and the reader.
    """

    time_s: FloatArray
    position_m: FloatArray
    attitude_rad: FloatArray
    rss_db: FloatArray
    quality_db: FloatArray
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return int(self.time_s.size)

    def samples(self, index: BoolArray | IndexArray | slice) -> Flight:
        """The flight at some of its samples (a mask, indices or a slice)."""
        return replace(
            self,
            time_s=self.time_s[index],
            position_m=self.position_m[index],
            attitude_rad=self.attitude_rad[index],
            rss_db=self.rss_db[index],
            quality_db=self.quality_db[index],
        )

    def until(self, time_s: float) -> Flight:
        """The part before a time."""
        return self.samples(self.time_s < time_s)

    def noted(self, *notes: str) -> Flight:
        return replace(self, notes=self.notes + notes)
