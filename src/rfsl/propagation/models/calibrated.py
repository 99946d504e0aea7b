"""Calibrated: spherical spreading with the effective gain measured on flights elsewhere."""

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
    """Gain by depression angle and body azimuth, minus 20 log10 of the distance."""

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
