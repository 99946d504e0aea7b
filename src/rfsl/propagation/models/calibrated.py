"""Calibrated: spreading over the distance, with the effective gain measured on other flights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.links import body_rotation, link_geometry
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.spec import ModelSpec


@dataclass(frozen=True)
class Calibrated:
    """Gain by depression angle and body azimuth, less the spreading over the distance.

        P = gain(depression, azimuth) − 20 log10(d₃ / 1 m), in dB up to a constant of the receiver

    Arguments and result of a call: see `rfsl.propagation.spec.PropagationModel`.

    Attributes:
        profile: the calibrated gain.

    See also: `rfsl.propagation.gain.GainProfile`.

    Example:
        A source 100 m away at 30° depression, halfway between nodes of 40 and 50 dB: 45 − 40 dB.

        >>> profile = GainProfile(
        ...     depression_deg=(20.0, 40.0),
        ...     gain_db=(40.0, 50.0),
        ...     gain_std_db=(0.0, 0.0),
        ...     low_db=(0.0,) * 4,
        ...     high_db=(0.0,) * 2,
        ...     covariance_db2=((0.0,) * 8,) * 8,
        ... )
        >>> source_m = np.array([[100 * np.cos(np.pi / 6), 0.0, 0.0]])
        >>> power_db = Calibrated(profile)(np.array([[0.0, 0.0, 50.0]]), np.zeros((1, 3)), source_m)
        >>> round(power_db.item(), 6)
        5.0
    """

    profile: GainProfile

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        rotation = body_rotation(attitude_rad.astype(uav_position_m.dtype, copy=False))
        _, azimuth = geometry.direct_in_body(rotation)
        spreading_db = geometry.direct_m.dtype.type(20.0) * np.log10(geometry.direct_m)
        return self.profile(geometry.depression_rad, azimuth) - spreading_db


def _build(
    scenario: ScenarioSettings, settings: PropagationSettings, calibration: Calibration | None
) -> Calibrated:
    if calibration is None:
        raise ValueError("the model `calibrated` needs a calibration")
    return Calibrated(calibration.profile)


SPEC = ModelSpec(
    _build, settings=frozenset(), uses_attitude=True, needs_calibration=lambda settings: True
)
