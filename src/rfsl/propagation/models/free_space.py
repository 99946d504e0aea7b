"""Free space: the first term of equation 1, with isotropic antennas."""

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
    """Spreading over the direct distance d₃: P = P_t (λ / 4π d₃)².

    It is the first term of equation 1 with unit gains (Friis). The attitude has no effect.
    Arguments and result of a call: see `rfsl.propagation.spec.PropagationModel`.

    Attributes:
        radio: P_t and λ.

    See also: `rfsl.propagation.two_ray_sum.Radio.received_dbm`.

    Example:
        The loss grows by 20 log10(2) = 6.02 dB when the distance doubles, from 100 m to 200 m:

        >>> import numpy as np
        >>> model = FreeSpace(Radio(41.0, wavelength_m=0.09, relative_permittivity=2.0))
        >>> uav_m = np.array([[100.0, 0.0, 30.0], [200.0, 0.0, 30.0]])
        >>> near_dbm, far_dbm = model(uav_m, np.zeros((2, 3)), np.array([[0.0, 0.0, 30.0]]))[0]
        >>> round(float(near_dbm - far_dbm), 2)
        6.02
    """

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
