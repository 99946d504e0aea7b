"""Effective gain of both antennas and the aircraft, as a calibration measures it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.io.records import Record


class GainProfile(Record):
    """Effective gain of both antennas and the aircraft, over distance alone.

    Power = offset + gain(depression, azimuth) - 20 log10(distance / 1 m). The gain is linear
    between nodes of the depression angle, plus harmonics of the body azimuth: those of `low` fade
    out between 15 and 30 degrees, those of `high` fade in.

    Attributes:
        depression_deg: nodes, rising.
        gain_db: gain at the nodes.
        gain_std_db: standard deviation of each, for the mean over flights.
        low_db: coefficients of cos a, sin a, cos 2a, sin 2a at low depression.
        high_db: coefficients of cos a, sin a at high depression.
        covariance_db2: (K + 6, K + 6) covariance of gain and coefficients of a further flight: what
            the fit leaves open, and how flights differ.
    """

    depression_deg: tuple[float, ...]
    gain_db: tuple[float, ...]
    gain_std_db: tuple[float, ...]
    low_db: tuple[float, float, float, float]
    high_db: tuple[float, float]
    covariance_db2: tuple[tuple[float, ...], ...]

    def basis(self, depression_rad: FloatArray, body_azimuth_rad: FloatArray) -> FloatArray:
        """What the gain is linear in: (..., K + 6), nodes first, then azimuth terms."""
        return gain_basis(self.depression_deg, depression_rad, body_azimuth_rad)

    def __call__(self, depression_rad: FloatArray, body_azimuth_rad: FloatArray) -> FloatArray:
        """Gain in dB; arrays broadcast, and keep their floating type."""
        kind = depression_rad.dtype.type
        curve = np.interp(
            depression_rad, np.radians(self.depression_deg), np.array(self.gain_db)
        ).astype(kind)
        terms = azimuth_terms(depression_rad, body_azimuth_rad)
        for coefficient, term in zip((*self.low_db, *self.high_db), terms, strict=True):
            curve += kind(coefficient) * term
        return curve


def gain_basis(
    depression_deg: Sequence[float], depression_rad: FloatArray, body_azimuth_rad: FloatArray
) -> FloatArray:
    """What the gain of a profile with K nodes is linear in: `GainProfile.basis`."""
    nodes_rad = np.radians(depression_deg)
    nodes = np.arange(nodes_rad.size)
    place = np.interp(depression_rad, nodes_rad, nodes)
    hats = np.maximum(0.0, 1.0 - np.abs(place[..., None] - nodes))
    terms = azimuth_terms(depression_rad, body_azimuth_rad)
    return np.concatenate([hats, np.stack(terms, axis=-1)], axis=-1)


def azimuth_terms(
    depression_rad: FloatArray, body_azimuth_rad: FloatArray
) -> tuple[FloatArray, ...]:
    """The six harmonics of `GainProfile`; a is the angle from the nose, counter-clockwise."""
    kind = depression_rad.dtype.type
    angle = body_azimuth_rad - kind(np.pi / 2)
    fade, width = kind(np.radians(30.0)), kind(np.radians(15.0))
    low = np.clip((fade - depression_rad) / width, 0, 1)
    high = 1 - low
    cosine, sine = np.cos(angle), np.sin(angle)
    return (
        low * cosine,
        low * sine,
        low * (cosine**2 - sine**2),
        low * 2 * sine * cosine,
        high * cosine,
        high * sine,
    )


def smooth_covariance_db2(
    depression_deg: Sequence[float], gain_db: float, azimuth_db: float, smoothness_deg: float
) -> FloatArray:
    """Covariance (K + 6, K + 6) of a gain of which only its size and smoothness are known.

    Args:
        depression_deg: nodes of the profile.
        gain_db, azimuth_db: spread of the gain at a node, and of each azimuth term.
        smoothness_deg: depression over which the gain is alike (squared exponential).
    """
    nodes_deg = np.array(depression_deg)
    apart = np.subtract.outer(nodes_deg, nodes_deg) / smoothness_deg
    covariance = azimuth_db**2 * np.eye(nodes_deg.size + 6)
    smooth = gain_db**2 * (np.exp(-0.5 * apart**2) + 1e-6 * np.eye(nodes_deg.size))
    covariance[: nodes_deg.size, : nodes_deg.size] = smooth
    return covariance
