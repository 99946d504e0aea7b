"""Free space: the first term of equation 1 with unit gains."""

from __future__ import annotations

from dataclasses import dataclass

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.geometry.links import link_geometry
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.spec import ModelSpec
from rfsl.propagation.two_ray_sum import Radio


@dataclass(frozen=True)
class FreeSpace:
    """P_t (λ / 4π d_3)²."""

    radio: Radio

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        geometry = link_geometry(uav_position_m, source_position_m)
        return self.radio.received_dbm(geometry.direct_m**-2)


def _build(
    scenario: ScenarioSettings, settings: PropagationSettings, calibration: Calibration | None
) -> FreeSpace:
    return FreeSpace(Radio.of(scenario))


SPEC = ModelSpec(_build, settings=frozenset())
