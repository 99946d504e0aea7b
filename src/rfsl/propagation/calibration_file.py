"""What a calibration finds, as stored in results/calibration/{fold}.json.

The records stand below the propagation models, which use them; `rfsl.calibration` makes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from rfsl.arrays import FloatArray
from rfsl.errors import DataError


class Record(BaseModel):
    """Immutable, and strict about what is in the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class LegLoss(Record):
    """Shadowing by the legs (equation 8), from samples that equation 9 calls shadowed.

    Attributes:
        fitted_beta: β as the least squares give it.
        beta_low, beta_high: bounds of its 90 % bootstrap interval.
        beta: the β to simulate with: never below zero, since a leg cannot amplify.
        reference_distance_m: d_0.
        mean_shadowed_distance_m: mean distance d_sh over the shadowed samples.
        shadowing_loss_db: Υ = 10 β log10(d_sh / d_0) at that distance.
        shadowed_samples, unshadowed_samples: how many samples decided.
        residual_std_db: spread of what the fit leaves.
    """

    fitted_beta: float
    beta_low: float
    beta_high: float
    beta: float
    reference_distance_m: float
    mean_shadowed_distance_m: float
    shadowing_loss_db: float
    shadowed_samples: int
    unshadowed_samples: int
    residual_std_db: float

    @property
    def interval_db(self) -> tuple[float, float, float]:
        """Fitted Υ at the mean shadowed distance, and the bounds of its 90 % interval (dB)."""
        per_beta = 10.0 * np.log10(self.mean_shadowed_distance_m / self.reference_distance_m)
        fitted, low, high = self.fitted_beta, self.beta_low, self.beta_high
        return float(fitted * per_beta), float(low * per_beta), float(high * per_beta)


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


class Residual(Record):
    """Shadowing: what the gain profile leaves over cells of the flight.

    Attributes:
        depression_edges_deg: bounds of the bands, rising.
        std_db: spread of the correlated part within each band, one fewer than edges.
        correlation_distance_m: distance over which the correlation falls to 1/e.
        place_share: part of the correlated variance that belongs to the place, so that it is met
            again where the path comes back; the rest changes along the path.
        uncorrelated: spread of the part that each cell has of its own, relative to `std_db`.
        tail_freedom: degrees of freedom of the t distribution of its innovations along the flight.
        scale_spread: log-normal spread of the factor that the spreads of a flight share.
    """

    depression_edges_deg: tuple[float, ...]
    std_db: tuple[float, ...]
    correlation_distance_m: float
    place_share: float = 0.0
    uncorrelated: float = 0.0
    tail_freedom: float = 1e6
    scale_spread: float = 0.0

    def spread_db(self, depression_rad: FloatArray) -> FloatArray:
        """Spread at each depression angle, of any shape."""
        inner_rad = np.radians(self.depression_edges_deg[1:-1])
        band = np.searchsorted(inner_rad, depression_rad, side="right")
        return np.array(self.std_db)[band]


class Tracking(Record):
    """The receiver, in the power scale of the gain profile.

    Attributes:
        floor_db, floor_std_db: power read while not locked.
        acquisition_db: predicted power at which the receiver first locked.
        release_db: weakest power that it tracked once it had acquired the signal.
    """

    floor_db: float
    floor_std_db: float
    acquisition_db: float
    release_db: float


class Calibration(Record):
    """Everything calibrated without one location.

    Attributes:
        fold: location left out; `all` if none was.
        trials: trials used.
        kinds: what they were (`testbed`, `emulated`, `synthetic`), each once.
        offset_db: power constant of each trial's flight over the gain profile.
    """

    fold: str
    trials: tuple[str, ...]
    kinds: tuple[str, ...]
    offset_db: dict[str, float]
    legs: LegLoss
    profile: GainProfile
    residual: Residual
    tracking: Tracking


def read_calibration(path: str | Path | None) -> Calibration | None:
    """Read results/calibration/{fold}.json; None without a path.

    Raises:
        DataError: not such a file.
    """
    if path is None:
        return None
    try:
        return Calibration.model_validate_json(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # ValidationError and UnicodeDecodeError are such
        raise DataError(f"{path}: not a calibration ({error}); delete it and run again") from error
