"""Effective gain of both antennas and the aircraft, as a calibration measures it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.io.records import Record

#: NumPy arrays or torch tensors.
Values = Any
#: The harmonics of low depression end at this angle; they fade out over this width.
_FADE_END_RAD, _FADE_WIDTH_RAD = float(np.radians(30.0)), float(np.radians(15.0))


class GainProfile(Record):
    """Effective gain of both antennas and the aircraft, by depression θ and body azimuth.

        RSS = level + gain(θ, a) − 20 log10(distance / 1 m)
        gain(θ, a) = curve(θ) + s(θ) (l₁ cos a + l₂ sin a + l₃ cos 2a + l₄ sin 2a)
                     + (1 − s(θ)) (h₁ cos a + h₂ sin a)

    a is the body azimuth of the source less 90 degrees, its angle from the nose. The methods take
    the body azimuth itself (right 0, nose 90 degrees). The curve is linear between nodes. The share
    s is one below a depression of 15 degrees and zero above 30. The level of a flight is unknown;
    it absorbs transmit power and wavelength.

    Attributes:
        depression_deg: K nodes, rising.
        gain_db: curve at the nodes.
        gain_std_db: standard deviation of each: how well the mean over flights is known.
        low_db: l₁ to l₄.
        high_db: h₁ and h₂.
        covariance_db2: (K + 6, K + 6) covariance of curve and coefficients for a new flight: the
            uncertainty of the fit, and the variation between flights.

    See also: `rfsl.calibration.gain_and_shadowing.fit_field` fits it.

    Example:
        The tail of a UAV whose gain is 2 dB stronger ahead than at its side.

        >>> profile = GainProfile(
        ...     depression_deg=(0, 90), gain_db=(10, 10), gain_std_db=(1, 1),
        ...     low_db=(2, 0, 0, 0), high_db=(0, 0), covariance_db2=()
        ... )
        >>> float(profile(np.radians(5.0), np.radians(270.0)).round(6))
        8.0
    """

    depression_deg: tuple[float, ...]
    gain_db: tuple[float, ...]
    gain_std_db: tuple[float, ...]
    low_db: tuple[float, float, float, float]
    high_db: tuple[float, float]
    covariance_db2: tuple[tuple[float, ...], ...]

    def basis(self, depression_rad: FloatArray, body_azimuth_rad: FloatArray) -> FloatArray:
        """Terms (..., K + 6) that the gain is linear in: nodes first, then harmonics.

        Args:
            depression_rad, body_azimuth_rad: (...) of the source.
        """
        return gain_basis(self.depression_deg, depression_rad, body_azimuth_rad)

    def root_db(self, negligible_db: float) -> FloatArray:
        """Root (K + 6, R) of the covariance, without directions of a smaller spread than that."""
        values, vectors = np.linalg.eigh(np.array(self.covariance_db2))
        kept = values > negligible_db**2
        return np.asarray(vectors[:, kept] * np.sqrt(values[kept]))

    def __call__(self, depression_rad: FloatArray, body_azimuth_rad: FloatArray) -> FloatArray:
        """Gain in dB at depression and body azimuth, which broadcast and keep their type."""
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
    """`GainProfile.basis` for K nodes.

    Example:
        Between two nodes, each has half of the weight.

        >>> gain_basis((0.0, 10.0), np.radians([5.0]), np.zeros(1))[0, :2].round(6).tolist()
        [0.5, 0.5]
    """
    nodes_rad = np.radians(depression_deg)
    nodes = np.arange(nodes_rad.size)
    place = np.interp(depression_rad, nodes_rad, nodes)
    hats = np.maximum(0.0, 1.0 - np.abs(place[..., None] - nodes))
    terms = azimuth_terms(depression_rad, body_azimuth_rad)
    return np.concatenate([hats, np.stack(terms, axis=-1)], axis=-1)


def azimuth_terms(
    depression_rad: FloatArray, body_azimuth_rad: FloatArray
) -> tuple[FloatArray, ...]:
    """The six harmonics of `GainProfile`, in the order of l₁ to l₄, h₁ and h₂."""
    angle = body_azimuth_rad - depression_rad.dtype.type(np.pi / 2)
    return harmonics(share_of_low(depression_rad), np.cos(angle), np.sin(angle))


def share_of_low(depression_rad: Values) -> Values:
    """Share s of the harmonics of low depression: one below 15 degrees, zero above 30.

    >>> share_of_low(np.radians([10.0, 22.5, 40.0])).round(6).tolist()
    [1.0, 0.5, 0.0]
    """
    return ((_FADE_END_RAD - depression_rad) / _FADE_WIDTH_RAD).clip(0, 1)


def harmonics(low: Values, cosine: Values, sine: Values) -> tuple[Values, ...]:
    """The six harmonics of `GainProfile` from the share s, cos a and sin a.

    All are NumPy arrays or torch tensors of one shape.
    """
    high = 1 - low
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
    """Prior covariance (K + 6, K + 6) of a gain: smooth over depression, independent harmonics.

    Args:
        depression_deg: nodes of the profile.
        gain_db, azimuth_db: spread of the gain at a node, and of each azimuth term.
        smoothness_deg: length scale of the squared exponential over the depression.
    """
    nodes_deg = np.array(depression_deg)
    apart = np.subtract.outer(nodes_deg, nodes_deg) / smoothness_deg
    covariance = azimuth_db**2 * np.eye(nodes_deg.size + 6)
    smooth = gain_db**2 * (np.exp(-0.5 * apart**2) + 1e-6 * np.eye(nodes_deg.size))
    covariance[: nodes_deg.size, : nodes_deg.size] = smooth
    return covariance
