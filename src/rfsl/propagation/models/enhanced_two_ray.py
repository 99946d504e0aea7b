"""Enhanced two-ray: equations 1-9, with the antenna turned by the attitude and leg shadowing."""

from __future__ import annotations

from dataclasses import dataclass

from rfsl.arrays import FloatArray
from rfsl.config.propagation import LegSettings, PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.links import Attitude, link_geometry
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.legs import behind_leg, leg_loss_db
from rfsl.propagation.spec import ANTENNA_KEYS, ModelSpec
from rfsl.propagation.two_ray_sum import Antennas, Radio, two_ray_amplitude_squared


@dataclass(frozen=True)
class EnhancedTwoRay:
    """Two-ray, with gains in the body frame and the loss Υ behind a leg."""

    radio: Radio
    antennas: Antennas
    legs: LegSettings
    beta: float

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        attitude = Attitude.of(attitude_rad.astype(uav_position_m.dtype, copy=False))
        direct, reflected, seen = self.antennas.path_fields(geometry, attitude)
        power_dbm = self.radio.received_dbm(
            two_ray_amplitude_squared(geometry, self.radio, direct, reflected)
        )
        shadowed = behind_leg(seen.azimuth_rad, geometry.depression_rad, self.legs)
        power_dbm[shadowed] -= leg_loss_db(geometry.direct_m[shadowed], self.beta, self.legs)
        return power_dbm


def _build(
    scenario: ScenarioSettings, settings: PropagationSettings, calibration: Calibration | None
) -> EnhancedTwoRay:
    beta = settings.legs.beta
    if beta is None:
        if calibration is None:
            raise ValueError("enhanced_two_ray needs β: from calibration or propagation.legs.beta")
        beta = calibration.legs.beta
    return EnhancedTwoRay(Radio.of(scenario), Antennas.of(settings), settings.legs, beta)


SPEC = ModelSpec(
    _build,
    settings=ANTENNA_KEYS | {"legs"},
    uses_attitude=True,
    needs_calibration=lambda settings: settings.legs.beta is None,
)
