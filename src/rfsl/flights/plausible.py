"""Checks for values that no flight has: another place, another unit, an impossible attitude.

A log in wrong units can be read without an error and would put the source at a wrong place. So
everything that the numbers alone can show is checked. docs/reference/flight-logs.md lists what they
cannot show.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import ElsewhereError, FlightError
from rfsl.geometry.frames import LocalFrame, first_off_globe

#: Samples with an impossible value are left out; a larger share of them is an error.
_FEW = 0.05
#: Positions of another place are left out; a larger share of them is an error. It is large,
#: because a receiver may log 0, 0 for long before its first fix.
_HALF = 0.5
#: No receiver reads more, of either sign.
_LARGEST_DB = 300.0
#: No clock counts further, not even in nanoseconds since 1970.
_LARGEST_S = 1e20
#: No flight of a UAV lasts a day, but measurements of several days may be in one log: then long
#: pauses lie between them, and each of them has more readings than a few with a wrong time.
_LONGEST_S, _PAUSE_S, _FEW_READINGS = 86_400.0, 3_600.0, 10
#: Speeds are means over this time, because many loggers repeat a position until the next one.
_STRETCH_S = 5.0
#: A slower UAV hovers.
_HOVER_M_S = 1.0
#: A yaw is in radians if its mean cosine to the course is above the first of these when it is read
#: as radians, and below the second when it is read as degrees.
_ALONG, _ACROSS = 0.9, 0.5


def local_position(
    name: str,
    latitude_deg: FloatArray,
    longitude_deg: FloatArray,
    frame: LocalFrame,
    settings: FlightSettings,
) -> tuple[FloatArray, FloatArray, list[str]]:
    """East and north of logged positions, and notes on what was left out.

    Args:
        name: file of the positions, for messages.
        latitude_deg, longitude_deg: (N,) as logged.
        frame: the local frame.
        settings: `maximum_distance_m` from the frame's origin.

    Returns:
        x and y in metres, (N,) each, and the notes. Both are NaN if a position is NaN, infinite or
        too far from the origin.

    Raises:
        ElsewhereError: most positions are too far away.
        FlightError: a position is not on the globe.
    """
    known = np.isfinite(latitude_deg) & np.isfinite(longitude_deg)
    latitude_deg, longitude_deg = (
        np.where(known, values, np.nan) for values in (latitude_deg, longitude_deg)
    )
    row = first_off_globe(latitude_deg, longitude_deg)
    if row is not None:
        raise FlightError(
            f"{name}, reading {row + 1}: latitude {latitude_deg[row]:g}, longitude "
            f"{longitude_deg[row]:g} is not on the globe; give both in degrees, and do not "
            "swap them"
        )
    x_m, y_m = frame.to_local(latitude_deg, longitude_deg)
    far_m = frame.distance_m(latitude_deg, longitude_deg)
    far = far_m > settings.maximum_distance_m
    if not far.any():
        return x_m, y_m, []
    count, total = int(far.sum()), int(known.sum())
    if count > _HALF * total:
        row = int(np.argmax(far))
        fits = _what_would_fit(latitude_deg, longitude_deg, frame, settings)
        raise ElsewhereError(
            f"{name}: the flight stays {np.median(far_m[far]) / 1000:,.0f} km away from the area "
            f"in which the source may be: reading {row + 1} is at latitude "
            f"{latitude_deg[row]:g}, longitude {longitude_deg[row]:g}, the local frame's origin at "
            f"{frame.origin_latitude_deg:g}, {frame.origin_longitude_deg:g}, and "
            f"flights.maximum_distance_m is {settings.maximum_distance_m:g}. "
            + (
                f"The positions would fit if {fits}, in the log or in the area: correct the one "
                "that is wrong"
                if fits
                else "Name the area of this flight: a file with its polygon under localize.area "
                "(--area), or scenario.source_area with the scenario's origin"
            ),
            *_middle(latitude_deg, longitude_deg),
            fits,
        )
    note = (
        f"{count} of {total} positions more than {settings.maximum_distance_m / 1000:g} km away "
        "left out (flights.maximum_distance_m)"
    )
    return np.where(far, np.nan, x_m), np.where(far, np.nan, y_m), [note]


def _what_would_fit(
    latitude_deg: FloatArray, longitude_deg: FloatArray, frame: LocalFrame, settings: FlightSettings
) -> str:
    """A simple change (swap, unit, sign) that brings most positions here; empty if none does."""
    changes = {
        "latitude and longitude are swapped": (longitude_deg, latitude_deg),
        "latitude and longitude are in radians (degrees are needed)": (
            np.degrees(latitude_deg),
            np.degrees(longitude_deg),
        ),
        "the longitude lacks its sign (west is negative)": (latitude_deg, -longitude_deg),
        "the latitude lacks its sign (south is negative)": (-latitude_deg, longitude_deg),
    }
    for what, (latitude, longitude) in changes.items():
        on_globe = (np.abs(latitude) <= 90.0) & (np.abs(longitude) <= 360.0)
        if np.mean(on_globe) > _HALF:
            away_m = frame.distance_m(latitude[on_globe], longitude[on_globe])
            if np.median(away_m) <= settings.maximum_distance_m:
                return what
    return ""


def _middle(latitude_deg: FloatArray, longitude_deg: FloatArray) -> tuple[float, float]:
    """Median latitude and longitude of the positions that are known.

    0, 0 is what a receiver writes before its first fix. Longitudes are counted from the first one,
    so that the median is right across the 180° meridian too.
    """
    known = np.isfinite(latitude_deg + longitude_deg)
    placed = known & ((latitude_deg != 0.0) | (longitude_deg != 0.0))
    kept = placed if placed.any() else known
    first_deg = longitude_deg[kept][0]
    from_first_deg = np.mod(longitude_deg[kept] - first_deg + 180.0, 360.0) - 180.0
    middle_deg = np.mod(first_deg + np.median(from_first_deg) + 180.0, 360.0) - 180.0
    return float(np.median(latitude_deg[kept])), float(middle_deg)


def timed(time_s: FloatArray) -> BoolArray:
    """Which times (N,) can be one: neither NaN nor infinite, nor larger than any clock's.

    Example:
        >>> timed(np.array([0.0, 1.7e9, np.nan, np.inf, 1e300])).tolist()
        [True, True, False, False, False]
    """
    known: BoolArray = np.abs(time_s) < _LARGEST_S
    return known


def possible_values(
    height_m: FloatArray, rss_db: FloatArray, settings: FlightSettings, source: str
) -> tuple[BoolArray, list[str]]:
    """Which samples have a possible height and power, and notes on the others.

    Args:
        height_m, rss_db: (S,) as logged, without NaN.
        settings: `maximum_height_m`.
        source: name of the log, for messages.

    Returns:
        Truth values (S,) and the notes.

    Raises:
        FlightError: more than 5 % of the samples have an impossible height, or power.
    """
    possible = np.ones(height_m.size, dtype=bool)
    notes = []
    highest_m = settings.maximum_height_m
    for wrong, what, hint in (
        (
            np.abs(height_m) > highest_m,
            f"heights beyond {highest_m:g} m (flights.maximum_height_m)",
            f"the highest is {np.max(height_m):g} m. Metres above the ground at the source are "
            "needed, not feet. For heights above sea level, set flights.height_offset_m to minus "
            "the altitude of the ground; if the flight really was that high, raise "
            "flights.maximum_height_m",
        ),
        (
            np.abs(rss_db) > _LARGEST_DB,
            f"powers beyond {_LARGEST_DB:g} dB",
            f"one is {rss_db[np.argmax(np.abs(rss_db))]:g}. A power in dB is needed",
        ),
    ):
        count = int(wrong.sum())
        if count > _FEW * wrong.size:
            raise FlightError(f"{source}: {count} of {wrong.size} samples have {what}; {hint}")
        if count:
            notes.append(f"{count} samples with {what} left out")
        possible &= ~wrong
    return possible, notes


def check_times(time_s: FloatArray, settings: FlightSettings, source: str) -> list[str]:
    """Check that times are in seconds, as far as the numbers show it.

    Args:
        time_s: (S,) rising times.

    Returns:
        A note on gaps, if there are any.

    Raises:
        FlightError: readings are too far apart, or the log lasts longer than a day, not counting
            pauses of more than an hour between measurements.
    """
    if time_s.size < 2:
        return []
    steps_s = np.diff(time_s)
    typical_s, whole_s = float(np.median(steps_s)), float(time_s[-1] - time_s[0])
    if typical_s > settings.maximum_interval_s:
        raise FlightError(
            f"{source}: readings are {typical_s:g} s apart (their median), above "
            f"flights.maximum_interval_s ({settings.maximum_interval_s:g} s). Are the times in "
            "milliseconds? Seconds are needed"
        )
    if whole_s > _LONGEST_S and not _on_several_days(steps_s):
        raise FlightError(
            f"{source}: the log lasts {whole_s:g} s, longer than a day. Are the times in "
            "milliseconds? Times of one flight in seconds are needed"
        )
    gaps = int((steps_s > settings.maximum_interval_s).sum())
    if not gaps:
        return []
    return [
        f"{gaps} gaps of more than {settings.maximum_interval_s:g} s in the log, the longest "
        f"{steps_s.max():.0f} s"
    ]


def _on_several_days(steps_s: FloatArray) -> bool:
    """Whether times with these steps are of measurements that long pauses separate."""
    pauses = steps_s > _PAUSE_S
    readings = np.diff(np.flatnonzero(pauses), prepend=-1, append=steps_s.size)
    return bool(steps_s[~pauses].sum() <= _LONGEST_S and readings.min() >= _FEW_READINGS)


def check_motion(
    time_s: FloatArray,
    position_m: FloatArray,
    attitude_rad: FloatArray,
    settings: FlightSettings,
    source: str,
) -> list[str]:
    """Check the speed and the attitude of a flight.

    Args:
        time_s: (S,) rising times.
        position_m: (S, 3) in the local frame.
        attitude_rad: (S, 3) roll, pitch, yaw.

    Returns:
        A note on jumps of the position, if there are any.

    Raises:
        FlightError: the flight is typically too fast, roll or pitch is beyond 90° in more than 5 %
            of the samples, or the yaw was logged in radians.
    """
    if time_s.size < 3:
        return []
    tilted = (np.abs(attitude_rad[:, :2]) > np.pi / 2).any(axis=1)
    if tilted.mean() > _FEW:
        worst_deg = np.degrees(attitude_rad[np.argmax(tilted)])
        raise FlightError(
            f"{source}: roll or pitch is beyond 90 degrees in {int(tilted.sum())} of "
            f"{tilted.size} samples (roll {worst_deg[0]:g}, pitch {worst_deg[1]:g}, yaw "
            f"{worst_deg[2]:g} degrees in the first). Check the unit, and that roll, pitch and "
            "yaw are not swapped"
        )
    length_s = min(_STRETCH_S, (time_s[-1] - time_s[0]) / 10.0)
    ends = np.flatnonzero(np.diff((time_s - time_s[0]) // length_s, prepend=-1.0))
    if ends.size < 3:
        return []
    moved_m = np.diff(position_m[ends], axis=0)
    speed_m_s = np.linalg.norm(moved_m, axis=1) / np.diff(time_s[ends])
    moving = speed_m_s > _HOVER_M_S
    if not moving.any():
        return []
    usual_m_s = float(np.median(speed_m_s[moving]))
    if usual_m_s > settings.maximum_speed_m_s:
        raise FlightError(
            f"{source}: the UAV flies at {usual_m_s:,.0f} m/s, above flights.maximum_speed_m_s "
            f"({settings.maximum_speed_m_s:g}). Check the units of time (seconds) and of position"
        )
    _check_yaw(moved_m[moving], attitude_rad[ends[:-1]][moving], source)
    fast = speed_m_s > settings.maximum_speed_m_s
    if not fast.any():
        return []
    return [
        f"positions jump: faster than {settings.maximum_speed_m_s:g} m/s in {int(fast.sum())} of "
        f"{fast.size} stretches, first at {time_s[ends[int(np.argmax(fast))]] - time_s[0]:.0f} s"
    ]


def _check_yaw(moved_m: FloatArray, attitude_rad: FloatArray, source: str) -> None:
    """Check that a yaw that follows the course was logged in degrees.

    Args:
        moved_m: (T, 3) moves over stretches of the flight.
        attitude_rad: (T, 3) at the start of each, converted from the log's degrees.

    Raises:
        FlightError: it was logged in radians.
    """
    yaw = np.degrees(attitude_rad[:, 2])
    if yaw.size < 10 or np.abs(np.degrees(attitude_rad)).max() > 2.0 * np.pi:
        return
    course_rad = np.arctan2(moved_m[:, 0], moved_m[:, 1])
    as_rad, as_deg = (np.cos(course_rad - angle).mean() for angle in (yaw, attitude_rad[:, 2]))
    if as_rad > _ALONG and as_deg < _ACROSS:
        raise FlightError(
            f"{source}: the yaw follows the course over ground if it is read as radians, and not "
            "if it is read as degrees; angles are needed in degrees"
        )
