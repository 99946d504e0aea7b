"""Shadowing of the signal by the UAV's landing legs (paper, equations 7-9)."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.propagation import LegSettings


def behind_leg(
    body_azimuth_rad: FloatArray, depression_rad: FloatArray, settings: LegSettings
) -> BoolArray:
    """Whether a landing leg is in the way of the direct path (equation 9).

        min_k |φ − φ_k| ≤ Δ  and  |θ| < δ

    φ_k are the azimuths of the legs, Δ is `half_width_deg` and δ is `maximum_elevation_deg`.

    Args:
        body_azimuth_rad: φ, azimuth of the source in the body frame (equation 7), any shape.
        depression_rad: θ, angle of the source below the horizontal, of that shape.

    Returns:
        Truth values of that shape.

    See also: `leg_loss_db`, the loss behind a leg.

    Example:
        A leg at 39° with Δ = 5° and δ = 10°: behind it, too far below it, and beside it.

        >>> azimuth_rad, depression_rad = np.radians([[36.0, 36.0, 45.0], [8.0, 12.0, 8.0]])
        >>> behind_leg(azimuth_rad, depression_rad, LegSettings()).tolist()
        [True, False, False]
    """
    low = np.abs(depression_rad) < np.radians(settings.maximum_elevation_deg)
    return low & at_leg_azimuth(body_azimuth_rad, settings)


def at_leg_azimuth(body_azimuth_rad: FloatArray, settings: LegSettings) -> BoolArray:
    """Whether a body azimuth is within Δ of a leg's, at any elevation; shape of the azimuths."""
    kind = body_azimuth_rad.dtype.type
    near = np.zeros(body_azimuth_rad.shape, dtype=bool)
    for azimuth_deg in settings.azimuths_deg:
        turns = body_azimuth_rad - kind(np.radians(azimuth_deg))
        turns *= kind(0.5 / np.pi)
        turns -= np.rint(turns)
        near |= np.abs(turns, out=turns) <= kind(settings.half_width_deg / 360.0)
    return near


def leg_loss_db(direct_m: FloatArray, beta: float, settings: LegSettings) -> FloatArray:
    """Loss behind a leg: Υ = 10 β log10(d / d₀) in dB (equation 8).

    Args:
        direct_m: d, distance to the source, any shape.
        beta: β; a negative one would amplify.
        settings: `reference_distance_m` is d₀.

    See also: `behind_leg`; `rfsl.calibration.leg_loss.fit_leg_loss` fits β.

    Example:
        >>> leg_loss_db(np.array([1.0, 100.0]), beta=0.5, settings=LegSettings()).tolist()
        [0.0, 10.0]
    """
    return direct_m.dtype.type(10.0 * beta) * np.log10(
        direct_m / direct_m.dtype.type(settings.reference_distance_m)
    )
