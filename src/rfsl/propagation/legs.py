"""Shadowing of the signal by the UAV's landing legs (paper, equations 7-9)."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.propagation import LegSettings


def behind_leg(
    body_azimuth_rad: FloatArray, depression_rad: FloatArray, settings: LegSettings
) -> BoolArray:
    """Whether a leg stands in the way: the direction lies within Δ of a leg and below δ.

    Args:
        body_azimuth_rad: azimuth of the source in the body frame (equation 7).
        depression_rad: angle of the source below the horizontal; its size is compared with δ.
    """
    low = np.abs(depression_rad) < np.radians(settings.maximum_elevation_deg)
    return low & at_leg_azimuth(body_azimuth_rad, settings)


def at_leg_azimuth(body_azimuth_rad: FloatArray, settings: LegSettings) -> BoolArray:
    """Whether a direction lies within Δ of a leg's azimuth, whatever its elevation."""
    kind = body_azimuth_rad.dtype.type
    near = np.zeros(body_azimuth_rad.shape, dtype=bool)
    for azimuth_deg in settings.azimuths_deg:
        turns = body_azimuth_rad - kind(np.radians(azimuth_deg))
        turns *= kind(0.5 / np.pi)
        turns -= np.rint(turns)
        near |= np.abs(turns, out=turns) <= kind(settings.half_width_deg / 360.0)
    return near


def leg_loss_db(direct_m: FloatArray, beta: float, settings: LegSettings) -> FloatArray:
    """Υ = 10 β log10(d / d_0) in dB, d the distance to the source (equation 8)."""
    return direct_m.dtype.type(10.0 * beta) * np.log10(
        direct_m / direct_m.dtype.type(settings.reference_distance_m)
    )
