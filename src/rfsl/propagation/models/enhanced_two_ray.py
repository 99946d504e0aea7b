"""Enhanced two-ray: equations 1-9, with the UAV's attitude and the loss behind a landing leg."""

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
    """Two-ray with the UAV's gain in the body frame, less the loss Υ behind a leg.

        P = P_two-ray − Υ,  Υ = 10 β log10(d₃ / d₀) behind a leg, else 0    (equations 1-9, in dB)

    Arguments and result of a call: see `rfsl.propagation.spec.PropagationModel`.

    Attributes:
        radio: P_t, λ and the ground's permittivity.
        antennas: of both ends; the UAV's turns with the attitude.
        legs: which directions are behind a leg, and d₀.
        beta: β, fixed in the config or calibrated.

    See also: `TwoRay`; `rfsl.propagation.legs.behind_leg`, `leg_loss_db`.

    Example:
        A level UAV, and a source behind the leg at 39°, 100 m away at the same height: the loss is
        10 β log10(100) = 10 dB for β = 0.5.

        >>> import numpy as np
        >>> from rfsl.propagation.antennas import dipole_gain
        >>> radio, antennas = Radio(41.0, 0.09, 2.0), Antennas(dipole_gain, dipole_gain)
        >>> leg_rad = np.radians(39.0)
        >>> source_m = np.array([[100 * np.cos(leg_rad), 100 * np.sin(leg_rad), 30.0]])
        >>> free_dbm, lossy_dbm = (
        ...     EnhancedTwoRay(radio, antennas, LegSettings(), beta)(
        ...         np.array([[0.0, 0.0, 30.0]]), np.zeros((1, 3)), source_m
        ...     ).item()
        ...     for beta in (0.0, 0.5)
        ... )
        >>> round(free_dbm - lossy_dbm, 6)
        10.0
    """

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
