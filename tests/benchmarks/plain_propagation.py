"""RSS along a flight as one writes it down first: NumPy in float64, one source at a time."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import map_coordinates

from rfsl.arrays import FloatArray
from rfsl.config.propagation import LegSettings
from rfsl.propagation.two_ray_sum import Radio


def two_ray_dbm(uav_m: FloatArray, source_m: FloatArray, radio: Radio) -> FloatArray:
    """Equation 1 between two level half-wave dipoles; (S,) in dBm.

    Args:
        uav_m: (S, 3).
        source_m: (3,).
    """

    def dipole(sine: FloatArray) -> FloatArray:
        cosine = np.sqrt(1.0 - sine**2)
        return 1.640922376984585 * (np.cos(np.pi / 2 * sine) / cosine) ** 2

    level_m = np.hypot(source_m[0] - uav_m[:, 0], source_m[1] - uav_m[:, 1])
    direct_m = np.hypot(level_m, uav_m[:, 2] - source_m[2])
    reflected_m = np.hypot(level_m, uav_m[:, 2] + source_m[2])
    sine_direct = (uav_m[:, 2] - source_m[2]) / direct_m
    sine_reflected = (uav_m[:, 2] + source_m[2]) / reflected_m
    return _received_dbm(
        direct_m,
        reflected_m,
        sine_reflected,
        dipole(sine_direct),
        dipole(sine_reflected),
        radio,
    )


def enhanced_two_ray_dbm(
    uav_m: FloatArray,
    attitude_rad: FloatArray,
    source_m: FloatArray,
    uav_gain: FloatArray,
    source_gain: FloatArray,
    radio: Radio,
    legs: LegSettings,
    beta: float,
) -> FloatArray:
    """Equations 1-9 with measured antennas; (S,) in dBm.

    Args:
        attitude_rad: (S, 3) roll, pitch, yaw.
        uav_gain, source_gain: tables of `MeasuredAntenna`.
    """
    east_m, north_m, up_m = (source_m - uav_m).T
    image_up_m = -source_m[2] - uav_m[:, 2]
    direct_m = np.sqrt(east_m**2 + north_m**2 + up_m**2)
    reflected_m = np.sqrt(east_m**2 + north_m**2 + image_up_m**2)
    elevation, azimuth = _in_body(attitude_rad, east_m, north_m, up_m)
    image_elevation, image_azimuth = _in_body(attitude_rad, east_m, north_m, image_up_m)
    back = np.arctan2(-north_m, -east_m)
    gain = _looked_up(uav_gain, elevation, azimuth)
    gain *= _looked_up(source_gain, np.arcsin(-up_m / direct_m), back)
    image_gain = _looked_up(uav_gain, image_elevation, image_azimuth)
    image_gain *= _looked_up(source_gain, np.arcsin(image_up_m / reflected_m), back)
    power_dbm = _received_dbm(
        direct_m,
        reflected_m,
        -image_up_m / reflected_m,
        np.sqrt(gain),
        np.sqrt(image_gain),
        radio,
    )
    low = np.abs(np.arcsin(up_m / direct_m)) < np.radians(legs.maximum_elevation_deg)
    at_leg = np.zeros(low.shape, dtype=bool)
    for leg_deg in legs.azimuths_deg:
        offset_deg = np.mod(np.degrees(azimuth) - leg_deg + 180.0, 360.0) - 180.0
        at_leg |= np.abs(offset_deg) <= legs.half_width_deg
    loss_db = 10.0 * beta * np.log10(direct_m / legs.reference_distance_m)
    return power_dbm - np.where(low & at_leg, loss_db, 0.0)


def _in_body(
    attitude_rad: FloatArray, east_m: FloatArray, north_m: FloatArray, up_m: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Elevation and azimuth in the body frame, turned by yaw, pitch and roll one after another."""
    roll, pitch, yaw = attitude_rad.T
    right = np.cos(yaw) * east_m - np.sin(yaw) * north_m
    ahead = np.sin(yaw) * east_m + np.cos(yaw) * north_m
    front = np.cos(pitch) * ahead + np.sin(pitch) * up_m
    above = np.cos(pitch) * up_m - np.sin(pitch) * ahead
    x = np.cos(roll) * right - np.sin(roll) * above
    z = np.sin(roll) * right + np.cos(roll) * above
    return np.arctan2(z, np.hypot(x, front)), np.arctan2(front, x)


def _looked_up(gain: FloatArray, elevation: FloatArray, azimuth: FloatArray) -> FloatArray:
    rows, columns = gain.shape
    row = (elevation / np.pi + 0.5) * (rows - 1)
    column = azimuth / (2 * np.pi) % 1.0 * (columns - 1)
    return map_coordinates(gain, [row, column], order=1, mode="nearest", output=float)


def _received_dbm(
    direct_m: FloatArray,
    reflected_m: FloatArray,
    sine_grazing: FloatArray,
    direct_field: FloatArray,
    reflected_field: FloatArray,
    radio: Radio,
) -> FloatArray:
    root = np.sqrt(radio.relative_permittivity - 1.0 + sine_grazing**2)
    across = radio.relative_permittivity * sine_grazing
    reflection = (across - root) / (across + root)
    phase = 2.0 * np.pi * (reflected_m - direct_m) / radio.wavelength_m
    field = direct_field / direct_m + reflection * reflected_field / reflected_m * np.exp(
        -1j * phase
    )
    constant = radio.wavelength_m / (4.0 * np.pi)
    return radio.transmit_power_dbm + 20.0 * np.log10(constant * np.abs(field))
