"""Two-ray: the direct and the ground-reflected ray of equation 1, with a level UAV."""

from __future__ import annotations

from dataclasses import dataclass

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.links import link_geometry
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.spec import ANTENNA_KEYS, ModelSpec
from rfsl.propagation.two_ray_sum import Antennas, Radio, two_ray_amplitude_squared


@dataclass(frozen=True)
class TwoRay:
    """Direct and ground-reflected ray between antennas on level bodies.

        P = P_t (λ / 4π)² |√G_l / d₃ + Γ √G_r e^(−jΔψ) / (d₁ + d₂)|²    (equation 1)

    The attitude has no effect: the UAV is level with its nose to the north. Arguments and result of
    a call: see `rfsl.propagation.spec.PropagationModel`.

    Attributes:
        radio: P_t, λ and the ground's permittivity.
        antennas: of both ends.

    See also: `rfsl.propagation.two_ray_sum.two_ray_amplitude_squared`, with the symbols.

    Example:
        Far beyond 4 z r_z / λ the rays nearly cancel, and the loss grows by 40 dB a decade:

        >>> import numpy as np
        >>> from rfsl.propagation.antennas import dipole_gain
        >>> model = TwoRay(Radio(41.0, 0.09, 2.0), Antennas(dipole_gain, dipole_gain))
        >>> uav_m = np.array([[1e4, 0.0, 1.0], [1e5, 0.0, 1.0]])
        >>> near_dbm, far_dbm = model(uav_m, np.zeros((2, 3)), np.array([[0.0, 0.0, 1.0]]))[0]
        >>> round(float(near_dbm - far_dbm), 1)
        40.0
    """

    radio: Radio
    antennas: Antennas

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        direct, reflected, _ = self.antennas.path_fields(geometry, attitude=None)
        return self.radio.received_dbm(
            two_ray_amplitude_squared(geometry, self.radio, direct, reflected)
        )


def _build(
    scenario: ScenarioSettings, settings: PropagationSettings, calibration: Calibration | None
) -> TwoRay:
    return TwoRay(Radio.of(scenario), Antennas.of(settings))


SPEC = ModelSpec(_build, settings=ANTENNA_KEYS)
