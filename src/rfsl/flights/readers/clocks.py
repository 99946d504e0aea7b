"""Whether the clocks of two logs agree, and which offset between them would fit if they do not.

An offset is only proposed, never applied: only the user knows whether the logs are of one flight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError

_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86_400.0
#: If a larger share of the readings lies outside the positions, the clocks may differ.
_MOST_OUTSIDE = 1.0 / 3.0
#: Begin and end are shifted alike if they differ by a smaller share of the shift.
_SAME_SHIFT = 0.25
#: GPS time is ahead of UTC by the leap seconds since 1980 (18 since 2017).
_LEAP_S = 18.0
#: Time zones reach this far from UTC, in steps of half an hour (and a few of a quarter).
_ZONES_H = 14
#: An offset with a known cause is proposed if the middles of the logs then are this close.
_LEAP_REACH_S, _ZONE_REACH_S = 5.0, 10.0 * _MINUTE_S
#: ... and if at most this share of the readings fewer has a position than by the best offset.
_AS_GOOD = 0.15


@dataclass(frozen=True)
class _Offset:
    """Seconds that might be added to the clock of the positions, and what would explain them."""

    offset_s: float
    cause: str


def check_clocks(
    power: str, power_s: FloatArray, positions: str, positions_s: FloatArray, given_s: float = 0.0
) -> None:
    """Check that the power log and the position log seem to have the same clock.

    A power log that began before the positions and ended after them was only switched on longer. If
    the positions begin later and end later (or both earlier), the whole log may be shifted.

    Args:
        power, positions: the files, for messages.
        power_s: (N,) times of the power readings.
        positions_s: (M,) times of the positions, rising.
        given_s: what the user already asked to add to the times of the positions.

    Raises:
        FlightError: the logs do not overlap in time, or they are shifted against each other and
            more than a third of the readings lie outside the positions. The message has the offset
            that would fit, if there is one.
    """
    begin_s, end_s = positions_s[0] - power_s.min(), positions_s[-1] - power_s.max()
    outside = 1.0 - _share(power_s, positions_s, 0.0)
    overlap = positions_s[0] < power_s.max() and power_s.min() < positions_s[-1]
    if overlap and not (begin_s * end_s > 0.0 and outside > _MOST_OUTSIDE):
        return
    what = (
        f"{round(outside * power_s.size)} of {power_s.size} readings of {power} lie outside the "
        f"times of {positions}"
        if overlap
        else f"{power} and {positions} do not overlap in time"
    )
    raise FlightError(
        f"{what}: the positions begin {_duration(begin_s)} {_side(begin_s)} the power, and end "
        f"{_duration(end_s)} {_side(end_s)} it. {_advice(power_s, positions_s, given_s)}"
    )


def _advice(power_s: FloatArray, positions_s: FloatArray, given_s: float) -> str:
    """What seems to be wrong with the clocks, and how to say so."""
    found = _fitting(power_s, positions_s)
    if found is None:
        return "They are of different flights, or a clock was wrong"
    share = _share(power_s, positions_s, found.offset_s)
    total = _number(given_s + found.offset_s)
    return (
        f"{found.cause}. With {_number(found.offset_s)} s {'more ' if given_s else ''}added to the "
        f"times of the positions, {100.0 * share:.0f} % of the readings have a position. If that "
        f"is right, add --positions-offset {total} (localize.positions_offset_s)"
    )


def _fitting(power_s: FloatArray, positions_s: FloatArray) -> _Offset | None:
    """The offset with the likeliest cause by which most readings have a position; None if none."""
    apart_s = float(np.median(positions_s) - np.median(power_s))
    together = _together(power_s, positions_s, apart_s)
    good = {
        offset: _share(power_s, positions_s, offset.offset_s)
        for offset in (*_known(apart_s), together)
    }
    best = max(good.values())
    if best < 1.0 - _MOST_OUTSIDE:
        return None
    return next(
        offset
        for offset, share in good.items()
        if share >= max(best - _AS_GOOD, 1.0 - _MOST_OUTSIDE)
    )


def _known(apart_s: float) -> Iterator[_Offset]:
    """Offsets with a known cause that bring the middles of the logs close together.

    Args:
        apart_s: how much later the positions are than the power, by their middles.
    """
    if abs(abs(apart_s) - _LEAP_S) < _LEAP_REACH_S:
        ahead = "positions" if apart_s > 0.0 else "power"
        yield _Offset(
            -float(np.copysign(_LEAP_S, apart_s)),
            f"The {ahead} may be in GPS time, which is {_LEAP_S:.0f} s ahead of UTC",
        )
    for step_s, reach_s in ((_HOUR_S, _ZONE_REACH_S), (_HOUR_S / 2.0, _ZONE_REACH_S / 2.0)):
        zone_s = step_s * round(apart_s / step_s)
        near = abs(apart_s - zone_s) < reach_s
        if zone_s != 0.0 and near and abs(zone_s) <= _ZONES_H * _HOUR_S:
            yield _Offset(
                -zone_s,
                f"That is about {abs(zone_s) / _HOUR_S:g} h, so one of them is in another time "
                "zone",
            )


def _together(power_s: FloatArray, positions_s: FloatArray, apart_s: float) -> _Offset:
    """The offset by which both begin at the same time."""
    begin_s, end_s = positions_s[0] - power_s.min(), positions_s[-1] - power_s.max()
    if abs(begin_s - end_s) < _SAME_SHIFT * abs(apart_s) and abs(apart_s) < _DAY_S:
        cause = f"The clocks seem to differ by about {_duration((begin_s + end_s) / 2.0)}"
    else:
        cause = "They are of different flights, or a clock was wrong"
    return _Offset(
        -round(float(begin_s), 1), f"{cause}. Perhaps both logs began at the same moment"
    )


def _share(power_s: FloatArray, positions_s: FloatArray, offset_s: float) -> float:
    """Share of the readings between the first and the last position, with an offset added."""
    since_s = power_s - offset_s
    return float(np.mean((since_s >= positions_s[0]) & (since_s <= positions_s[-1])))


def _number(seconds: float) -> str:
    """A number of seconds as the option takes it, to a tenth.

    Example:
        >>> _number(-3600.0), _number(0.25), _number(-1701957000.3)
        ('-3600', '0.2', '-1701957000.3')
    """
    return f"{seconds:.1f}".removesuffix(".0")


def _duration(time_s: float) -> str:
    """A length of time in words, without its sign.

    Example:
        >>> _duration(-45.0), _duration(1200.0), _duration(9000.0), _duration(9e5)
        ('45 s', '20 minutes', '2.5 h', '10.4 days')
    """
    for least_s, unit_s, unit in ((2 * _DAY_S, _DAY_S, "days"), (2 * _HOUR_S, _HOUR_S, "h")):
        if abs(time_s) > least_s:
            return f"{abs(time_s) / unit_s:,.1f} {unit}"
    return f"{abs(time_s) / 60.0:.0f} minutes" if abs(time_s) > 120.0 else f"{abs(time_s):.0f} s"


def _side(late_s: float) -> str:
    return "after" if late_s > 0.0 else "before"
