"""What the readers of autopilots' and GPS receivers' logs share: heights, attitude, extras."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.errors import FlightError, install_extra

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation


def not_installed(path: Path, what: str, library: str) -> FlightError:
    """The error about a library of the extra `positions` that is not there.

    Args:
        path: the log.
        what: its kind, in the plural.
        library: what reads it.
    """
    remedy = install_extra("positions")
    return FlightError(f"{path}: {what} are read by {library}; {remedy}")


def above_first(path: Path, altitude_m: FloatArray, notes: list[str]) -> FloatArray:
    """Heights (N,) above the first position, of altitudes above sea level; a note says so.

    The UAV is expected to stand on the ground there.
    """
    known = altitude_m[np.isfinite(altitude_m)]
    first_m = float(known[0]) if known.size else 0.0
    notes.append(f"heights of {path.name} are above its first position ({first_m:.0f} m)")
    return np.asarray(altitude_m - first_m)


def fixed(path: Path, latitude: FloatArray, longitude: FloatArray, notes: list[str]) -> BoolArray:
    """Mask (N,) of the positions other than 0°, 0°, which autopilots log before the first fix."""
    known = (latitude != 0.0) | (longitude != 0.0)
    if not known.all():
        notes.append(f"{int((~known).sum())} positions of {path.name} at 0°, 0° left out")
    return np.asarray(known)


def euler_turns(angles_rad: FloatArray) -> Rotation:
    """Turns of the body from roll, pitch and yaw (N, 3), as `attitude_at` takes them."""
    from scipy.spatial.transform import Rotation

    return Rotation.from_euler("ZYX", angles_rad[:, ::-1])


def attitude_at(wanted_s: FloatArray, turned_s: FloatArray, turns: Rotation) -> FloatArray | None:
    """Roll, pitch and yaw (N, 3) at the times of the positions; None if fewer than two are logged.

    The turns bring the body frame (forward, right, down) into north, east, down, so the angles
    about z, y and x are yaw clockwise from north, pitch nose up and roll right wing down. Before
    the first and after the last, that one is taken.

    Args:
        wanted_s: (N,) times of the positions.
        turned_s: (M,) times of the attitude, on the same clock.
        turns: the M attitudes.
    """
    from scipy.spatial.transform import Slerp

    times_s, first = np.unique(turned_s, return_index=True)
    if times_s.size < 2:
        return None
    inside = np.clip(wanted_s, float(times_s[0]), float(times_s[-1]))
    return np.asarray(Slerp(times_s, turns[first])(inside).as_euler("ZYX")[:, ::-1])
