"""Antenna power gains over the sphere: the half-wave dipole and anechoic-chamber tables.

Directions are those of the antenna's own frame: elevation above its horizontal plane, azimuth
counter-clockwise from its x axis. Gains are linear (not dB), in the directions' floating type.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from rfsl.arrays import Float32Array, FloatArray
from rfsl.config.propagation import AntennaSettings
from rfsl.errors import DataError
from rfsl.geometry.directions import Directions

#: Largest directivity of a half-wave dipole, 2 / Cin(2 pi).
DIPOLE_MAXIMUM_GAIN = 1.640922376984585


#: Linear power gain in each direction.
Antenna = Callable[[Directions], FloatArray]


def dipole_gain(directions: Directions) -> FloatArray:
    """Linear gain of a half-wave dipole along the z axis.

    G = 1.641 [cos(pi/2 sin(el)) / cos(el)]^2 (Balanis, Antenna Theory, eq. 4-84), with its limit
    zero along the axis.
    """
    sine = directions.z / directions.length
    level_squared = sine * sine
    np.subtract(1 + np.finfo(sine.dtype).eps, level_squared, out=level_squared)  # never zero
    sine *= sine.dtype.type(np.pi / 2)
    gain = np.cos(sine, out=sine)
    gain *= gain
    gain *= gain.dtype.type(DIPOLE_MAXIMUM_GAIN)
    gain /= level_squared
    return gain


@dataclass(frozen=True)
class MeasuredAntenna:
    """A table of gain on a regular grid over the sphere.

    Attributes:
        gain: (E, A) linear gain; rows rise in elevation from -90 to 90 deg, columns in azimuth
            from 0 to 360 deg, the last column repeating the first.
    """

    gain: Float32Array

    def __call__(self, directions: Directions) -> FloatArray:
        """Bilinear between the table's directions, periodic in azimuth."""
        kind = directions.z.dtype
        rows, columns = (count - 1 for count in self.gain.shape)
        row = directions.elevation_rad
        row *= kind.type(rows / np.pi)
        row += kind.type(rows / 2)
        np.maximum(row, 0, out=row)  # rounding may pass the pole
        column = directions.azimuth_rad * kind.type(columns / (2 * np.pi))
        column += kind.type(columns / 2)  # patches start at -180 deg
        corner_row, corner_column = np.floor(row), np.floor(column)
        row -= corner_row
        column -= corner_column
        corner_row *= columns + 1
        corner_row += corner_column
        patches = self._patches.astype(kind, copy=False)
        patch = np.take(patches, corner_row.astype(np.intp), axis=0, mode="clip")
        column *= patch[..., 2] + patch[..., 3] * row
        row *= patch[..., 1]
        row += patch[..., 0]
        row += column
        return row

    @cached_property
    def _patches(self) -> Float32Array:
        """Each cell of the table as a, b, c, d of a + b row + c column + d row column, with row and
        column from 0 to 1 inside it; (E * A, 4), azimuths from -180 deg. Cells of
        an elevation of 90 deg repeat it; those of an azimuth of 180 deg go round."""
        gain = self.gain[:, :-1]
        gain = np.roll(gain, gain.shape[1] // 2, axis=1)
        gain = np.pad(gain, ((0, 0), (0, 2)), mode="wrap")
        gain = np.pad(gain, ((0, 1), (0, 0)), mode="edge")
        low, high = gain[:-1], gain[1:]
        rise = high - low
        patches = [low[:, :-1], rise[:, :-1], np.diff(low, axis=1), np.diff(rise, axis=1)]
        return np.stack(patches, axis=-1).reshape(-1, 4)

    def efficiency(self) -> float:
        """Mean gain over the sphere: the share of the fed power that is radiated."""
        elevation_rad = np.linspace(-np.pi / 2, np.pi / 2, self.gain.shape[0])
        per_ring = self.gain[:, :-1].mean(axis=1)
        return float(np.trapezoid(per_ring * np.cos(elevation_rad), elevation_rad) / 2)


@dataclass(frozen=True)
class MountedAntenna:
    """An antenna that is turned against the body it is mounted on.

    Attributes:
        antenna: gain in the antenna's own frame.
        rotation: (3, 3) from body vectors to antenna vectors.
    """

    antenna: Antenna
    rotation: FloatArray

    def __call__(self, directions: Directions) -> FloatArray:
        return self.antenna(directions.turned(self.rotation.astype(directions.z.dtype)))


def build_antenna(settings: AntennaSettings) -> Antenna:
    """The antenna that the config describes, as mounted.

    Upside down means turned by half a turn about the body's y axis; a tilt then leans the top of
    the antenna by `tilt_deg` towards the body azimuth `tilt_azimuth_deg`.

    Raises:
        DataError: a chamber file that cannot be read.
    """
    antenna: Antenna = dipole_gain
    if settings.pattern == "measured":
        antenna = read_chamber_file(str(settings.file), settings.polarization)
    if not (settings.upside_down or settings.tilt_deg):
        return antenna
    from scipy.spatial.transform import Rotation  # here, since it loads slowly

    turn = Rotation.identity()
    if settings.upside_down:
        turn = Rotation.from_euler("y", 180.0, degrees=True)
    if settings.tilt_deg:
        toward_deg = settings.tilt_azimuth_deg
        lean = Rotation.from_euler("ZYZ", [toward_deg, settings.tilt_deg, -toward_deg], True)
        turn = lean * turn
    if turn.magnitude() == 0.0:
        return antenna
    return MountedAntenna(antenna, turn.inv().as_matrix())


#: Column of a chamber file that holds the gain of each polarization, in dB.
_GAIN_COLUMNS = {"total": 2, "horizontal": 3, "vertical": 4}

#: Of either sign; chambers write some -100 dB for a null.
_LARGEST_GAIN_DB = 300.0


def read_chamber_file(path: str | Path, polarization: str = "total") -> MeasuredAntenna:
    """Read a chamber file: a step of 3 deg, phi 0..177 deg, theta -180..180 deg (0 at the zenith).

    Columns are tab-separated phi, theta (rad), total gain, gain of E(phi), gain of E(theta) (dB)
    and the two phases; a negative theta means the direction phi + 180 deg.

    Args:
        polarization: `total`, the sum of both; `vertical`, E(theta); `horizontal`, E(phi).

    Raises:
        DataError: not such a file, or directions missing from its grid.
    """
    try:
        columns = (0, 1, _GAIN_COLUMNS[polarization])
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a file without rows
            phi_rad, theta_rad, gain_db = np.loadtxt(
                path,
                delimiter="\t",
                skiprows=4,
                usecols=columns,
                unpack=True,
                ndmin=2,
                encoding="utf-8",
            )
    except (OSError, ValueError, UserWarning) as error:
        raise DataError(f"{path}: cannot be read as a chamber file: {error}") from error
    for name, values, most in (
        ("phi (rad)", phi_rad, 2.0 * np.pi),
        ("theta (rad)", theta_rad, 2.0 * np.pi),
        ("gain (dB)", gain_db, _LARGEST_GAIN_DB),
    ):
        wrong = ~(np.abs(values) <= most)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise DataError(
                f"{path}, row {row + 1}: found {name} {values[row]:g}, beyond ±{most:.3g}; a grid "
                "over phi 0..177 and theta -180..180 degrees, in radians, is needed"
            )
    azimuth_rad = np.where(theta_rad < 0, phi_rad + np.pi, phi_rad)
    step_rad = np.radians(3.0)
    row = np.rint((np.pi - np.abs(theta_rad)) / step_rad).astype(int)
    column = np.rint(np.mod(azimuth_rad, 2 * np.pi) / step_rad).astype(int) % 120
    total = np.zeros((61, 120))
    count = np.zeros((61, 120), dtype=int)
    inside = (row >= 0) & (row < 61)
    np.add.at(total, (row[inside], column[inside]), 10.0 ** (gain_db[inside] / 10.0))
    np.add.at(count, (row[inside], column[inside]), 1)
    for pole in (0, -1):  # every azimuth is the same direction there
        total[pole], count[pole] = total[pole].sum(), count[pole].sum()
    if not inside.all() or (count == 0).any() or not np.isfinite(total).all():
        raise DataError(
            f"{path}: {int((count == 0).sum())} of {count.size} directions have no gain; a grid of "
            "3 degree steps over phi 0..177 and theta -180..180 degrees, in radians, is needed"
        )
    gain = total / count
    return MeasuredAntenna(np.column_stack([gain, gain[:, :1]]).astype(np.float32))
