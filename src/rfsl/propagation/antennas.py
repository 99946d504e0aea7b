"""Antenna power gains over the sphere: the half-wave dipole and tables from anechoic chambers.

Directions are in the antenna's own frame: elevation above its horizontal plane, azimuth
counter-clockwise from its x axis. Gains are linear (not dB) and have the directions' floating type.
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

#: Largest directivity of a half-wave dipole, 4 / Cin(2π).
DIPOLE_MAXIMUM_GAIN = 1.640922376984585


#: Maps directions to the linear power gain in each of them.
Antenna = Callable[[Directions], FloatArray]


def dipole_gain(directions: Directions) -> FloatArray:
    """Linear gain of a half-wave dipole along the z axis.

        G = 1.641 (cos(π/2 · sin θ) / cos θ)²

    θ is the elevation (Balanis, Antenna Theory, eq. 4-84). Along the axis G has its limit, zero.

    Args:
        directions: of any shape, in the antenna's frame.

    See also: `MountedAntenna` turns it; `MeasuredAntenna` replaces it.

    Example:
        Largest in the horizontal plane, a null along the axis:

        >>> dipole_gain(Directions.at(np.radians([0.0, 90.0]), np.zeros(2))).round(3).tolist()
        [1.641, 0.0]
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
    """A table of gain on a regular grid over the sphere, bilinear between its directions.

    Attributes:
        gain: (E, A) linear gain. Elevation rises with the rows from −90 to 90 deg, azimuth with the
            columns from 0 to 360 deg; the last column repeats the first.

    See also: `read_chamber_file` makes it.

    Example:
        A gain of 0, 1 and 2 at the elevations −90, 0 and 90 deg, hence 1.5 at 45 deg:

        >>> antenna = MeasuredAntenna(np.array([[0.0] * 3, [1.0] * 3, [2.0] * 3], np.float32))
        >>> round(antenna(Directions.at(np.radians([45.0]), np.zeros(1))).item(), 6)
        1.5
    """

    gain: Float32Array

    def __call__(self, directions: Directions) -> FloatArray:
        """Linear gain in each direction: bilinear interpolation, periodic in azimuth."""
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
        """Coefficients (E · A, 4) of the interpolation in each cell of the table.

        Inside a cell, row and column run from 0 to 1 and the gain is a + b row + c column + d row
        column. Azimuths start at −180 deg. The cells at 90 deg elevation repeat its row; those at
        180 deg azimuth continue at −180 deg.
        """
        gain = self.gain[:, :-1]
        gain = np.roll(gain, gain.shape[1] // 2, axis=1)
        gain = np.pad(gain, ((0, 0), (0, 2)), mode="wrap")
        gain = np.pad(gain, ((0, 1), (0, 0)), mode="edge")
        low, high = gain[:-1], gain[1:]
        rise = high - low
        patches = [low[:, :-1], rise[:, :-1], np.diff(low, axis=1), np.diff(rise, axis=1)]
        return np.stack(patches, axis=-1).reshape(-1, 4)

    def efficiency(self) -> float:
        """Mean gain over the sphere: the share of the fed power that is radiated.

            η = 1/(4π) ∫ G dΩ = ½ ∫ Ḡ(θ) cos θ dθ,  Ḡ the mean over azimuth

        Example:
            >>> round(MeasuredAntenna(np.ones((61, 121), np.float32)).efficiency(), 2)  # isotropic
            1.0
        """
        elevation_rad = np.linspace(-np.pi / 2, np.pi / 2, self.gain.shape[0])
        per_ring = self.gain[:, :-1].mean(axis=1)
        return float(np.trapezoid(per_ring * np.cos(elevation_rad), elevation_rad) / 2)


@dataclass(frozen=True)
class MountedAntenna:
    """An antenna that is turned against the body that carries it.

    Attributes:
        antenna: gain in the antenna's own frame.
        rotation: (3, 3), turns vectors of the body frame into the antenna's frame.

    See also: `build_antenna` makes it from the config.

    Example:
        A dipole that lies along the body's x axis has its null there:

        >>> lying = MountedAntenna(dipole_gain, np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]]))
        >>> lying(Directions.at(np.zeros(2), np.radians([0.0, 90.0]))).round(3).tolist()
        [0.0, 1.641]
    """

    antenna: Antenna
    rotation: FloatArray

    def __call__(self, directions: Directions) -> FloatArray:
        """Linear gain in directions of the body frame."""
        return self.antenna(directions.turned(self.rotation.astype(directions.z.dtype)))


def build_antenna(settings: AntennaSettings) -> Antenna:
    """The antenna that the config describes, with its mounting.

    An antenna that hangs upside down is turned by 180° about the body's y axis. A tilt then leans
    the antenna's top by `tilt_deg` towards the body azimuth `tilt_azimuth_deg`.

    Args:
        settings: pattern and mounting; `file` is the path of the chamber file.

    Raises:
        DataError: the chamber file cannot be read.
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

#: Largest gain of either sign that is accepted; chambers write about -100 dB for a null.
_LARGEST_GAIN_DB = 300.0


def read_chamber_file(path: str | Path, polarization: str = "total") -> MeasuredAntenna:
    """Read a chamber file: a step of 3 deg, phi 0..177 deg, theta -180..180 deg (0 at the zenith).

    After four lines of head, the tab-separated columns are phi and theta (rad), total gain, gain of
    E(phi) and gain of E(theta) (dB), and the two phases. A negative theta means the azimuth
    phi + 180 deg.

    Args:
        path: of the file.
        polarization: `total`, the sum of both; `vertical`, E(theta); `horizontal`, E(phi).

    Returns:
        A table of 61 elevations by 121 azimuths, with the mean over all azimuths at each pole.

    Raises:
        DataError: the file cannot be read as such a table, or directions are missing from it.
    """
    try:
        columns = (0, 1, _GAIN_COLUMNS[polarization])
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # such as for a file without rows
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
    for pole in (0, -1):  # all azimuths are the same direction there
        total[pole], count[pole] = total[pole].sum(), count[pole].sum()
    if not inside.all() or (count == 0).any() or not np.isfinite(total).all():
        raise DataError(
            f"{path}: {int((count == 0).sum())} of {count.size} directions have no gain; a grid of "
            "3 degree steps over phi 0..177 and theta -180..180 degrees, in radians, is needed"
        )
    gain = total / count
    return MeasuredAntenna(np.column_stack([gain, gain[:, :1]]).astype(np.float32))
