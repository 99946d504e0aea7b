"""Two-ray: equation 1 with a level UAV."""

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
    """Direct and ground-reflected ray between antennas that hang level."""

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
