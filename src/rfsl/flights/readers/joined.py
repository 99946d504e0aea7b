"""Joins power, quality and positions that were logged separately, each at its own times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.plausible import local_position, timed
from rfsl.flights.readers.clocks import check_clocks
from rfsl.geometry.frames import LocalFrame

#: Positions are interpolated over gaps of the position log up to this length.
MAXIMUM_GAP_S = 5.0
#: A power reading gets the quality figure nearest in time, if it is this near.
_QUALITY_REACH_S = 0.5
#: At a lower speed, the course over ground says nothing about the heading.
_COURSE_SPEED_M_S = 1.0


@dataclass(frozen=True)
class Series:
    """One logged number; N readings in any order of time.

    Attributes:
        name: its file.
        time_s: (N,) Unix time, or any clock that the other logs share.
        value: (N,) readings.
        notes: what was left out.
    """

    name: str
    time_s: FloatArray
    value: FloatArray
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Track:
    """Logged positions; N of them in any order of time.

    Attributes:
        name: their file.
        time_s: (N,) on the clock of the power log, less `offset_s`.
        latitude_deg, longitude_deg: (N,) WGS-84.
        height_m: (N,) above the take-off point.
        attitude_rad: (N, 3) roll, pitch, yaw as in `Flight`; None if not logged.
        notes: what was left out.
        offset_s: what brings `time_s` to the clock of the power log, if the user gave it.
    """

    name: str
    time_s: FloatArray
    latitude_deg: FloatArray
    longitude_deg: FloatArray
    height_m: FloatArray
    attitude_rad: FloatArray | None
    notes: tuple[str, ...] = ()
    offset_s: float = 0.0


def join(
    power: Series,
    quality: Series | None,
    track: Track,
    frame: LocalFrame,
    settings: FlightSettings,
) -> Flight:
    """One raw log, with the position and the quality at each power reading.

    Positions are interpolated in time. Power readings before the first or after the last position,
    or in a gap of the position log longer than `MAXIMUM_GAP_S`, are left out and counted. If no
    attitude was logged, roll and pitch are zero and the nose points along the course over ground.

    Args:
        power, quality, track: the logs; quality may be None.
        frame: local frame of the positions.
        settings: limits for the positions.

    Returns:
        A flight as logged; `rfsl.flights.cutting.cut_flight` comes next.

    Raises:
        FlightError: the logs do not overlap in time, hold no usable reading or position, or the
            positions are of another place.
    """
    notes = [*power.notes, *(quality.notes if quality is not None else ()), *track.notes]
    if track.offset_s:
        notes.append(f"{track.offset_s:.10g} s added to the times of the positions, as you asked")
    power = _timed(power, notes)
    quality = None if quality is None else _timed(quality, notes)
    x_m, y_m, far = local_position(
        track.name, track.latitude_deg, track.longitude_deg, frame, settings
    )
    notes += far
    whole_m = np.column_stack([x_m, y_m, track.height_m + settings.height_offset_m])
    angles_rad = np.zeros((x_m.size, 3)) if track.attitude_rad is None else track.attitude_rad
    known = timed(track.time_s) & np.isfinite(np.column_stack([whole_m, angles_rad])).all(axis=1)
    if not known.any():
        raise FlightError(
            f"{track.name}: every position has a NaN or an impossible value; check the export"
        )
    if not known.all():
        notes.append(f"{int((~known).sum())} positions with NaN or impossible values left out")
    order = np.flatnonzero(known)[np.argsort(track.time_s[known], kind="stable")]
    # Positions of the same millisecond count once, because a course needs time between them.
    _, first = np.unique(np.round(track.time_s[order], 3), return_index=True)
    chosen = order[first]
    times_s, position_m = track.time_s[chosen] + track.offset_s, whole_m[chosen]
    check_clocks(power.name, power.time_s, track.name, times_s, track.offset_s)
    covered, left_out = _covered(power, track.name, times_s)
    notes += left_out
    time_s = power.time_s[covered]
    at = np.column_stack([np.interp(time_s, times_s, column) for column in position_m.T])
    if track.attitude_rad is None:
        yaw_rad = _course_rad(times_s, position_m)
        attitude_rad = np.column_stack([np.zeros((yaw_rad.size, 2)), yaw_rad])
        notes.append("no attitude logged: level, nose along the course over ground")
    else:
        attitude_rad = track.attitude_rad[chosen]
    turned = np.column_stack(
        [np.interp(time_s, times_s, column) for column in np.unwrap(attitude_rad, axis=0).T]
    )
    flight = Flight(
        time_s=time_s,
        position_m=at,
        attitude_rad=turned,
        rss_db=power.value[covered],
        quality_db=_nearest(quality, time_s, notes),
    )
    return flight.noted(*notes)


def _timed(series: Series, notes: list[str]) -> Series:
    """The readings that have a time; a note counts the others."""
    known = timed(series.time_s)
    if not known.any():
        raise FlightError(f"{series.name}: none of its readings has a time; check the export")
    if not known.all():
        notes.append(f"{int((~known).sum())} readings of {series.name} without a time left out")
    return Series(series.name, series.time_s[known], series.value[known])


def _covered(power: Series, name: str, times_s: FloatArray) -> tuple[BoolArray, list[str]]:
    """Which power readings have positions near in time, before and after; and notes.

    Raises:
        FlightError: the positions are typically too far apart in time.
    """
    after = np.searchsorted(times_s, power.time_s, side="left")
    inside = (after > 0) & (after < times_s.size)
    gap_s = np.where(
        inside,
        times_s[np.clip(after, 0, times_s.size - 1)] - times_s[np.clip(after - 1, 0, None)],
        0.0,
    )
    inside |= np.isin(power.time_s, times_s)
    near = inside & (gap_s <= MAXIMUM_GAP_S)
    typical_s = float(np.median(np.diff(times_s))) if times_s.size > 1 else 0.0
    if typical_s > MAXIMUM_GAP_S:
        raise FlightError(
            f"{name}: positions are {typical_s:g} s apart (their median), and they are "
            f"interpolated over gaps of {MAXIMUM_GAP_S:g} s at the most; log them more often"
        )
    notes = []
    outside = int((~inside).sum())
    if outside:
        notes.append(f"{outside} power readings outside the position log left out")
    in_gaps = int((inside & ~near).sum())
    if in_gaps:
        notes.append(
            f"{in_gaps} power readings in gaps of the position log longer than "
            f"{MAXIMUM_GAP_S:g} s (longest {gap_s[inside].max():.0f} s) left out"
        )
    return near, notes


def _nearest(quality: Series | None, time_s: FloatArray, notes: list[str]) -> FloatArray:
    """Quality nearest in time to each power reading; NaN if none is near."""
    if quality is None:
        notes.append("no quality logged")
        return np.full(time_s.size, np.nan)
    order = np.argsort(quality.time_s, kind="stable")
    times_s, values = quality.time_s[order], quality.value[order]
    after = np.clip(np.searchsorted(times_s, time_s), 1, max(times_s.size - 1, 1))
    before = after - 1
    after = np.minimum(after, times_s.size - 1)
    nearer = np.where(time_s - times_s[before] <= times_s[after] - time_s, before, after)
    apart_s = np.abs(times_s[nearer] - time_s)
    far = apart_s > _QUALITY_REACH_S
    if far.any():
        notes.append(f"{int(far.sum())} power readings without a quality figure near in time")
    return np.where(far, np.nan, values[nearer])


def _course_rad(times_s: FloatArray, position_m: FloatArray) -> FloatArray:
    """Course over ground (N,), clockwise from north; kept while the UAV hardly moves."""
    if times_s.size < 2:
        return np.zeros(times_s.size)
    velocity = np.gradient(position_m[:, :2], times_s, axis=0)
    course = np.arctan2(velocity[:, 0], velocity[:, 1])
    moving = np.hypot(*velocity.T) >= _COURSE_SPEED_M_S
    if not moving.any():
        return np.zeros(times_s.size)
    last = np.maximum.accumulate(np.where(moving, np.arange(times_s.size), -1))
    return np.asarray(course[np.where(last < 0, int(np.argmax(moving)), last)])
