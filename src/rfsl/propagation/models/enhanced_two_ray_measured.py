"""Enhanced two-ray with the antennas that the paper names, as they were measured in a chamber."""

from __future__ import annotations

from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models import enhanced_two_ray
from rfsl.propagation.spec import MEASURED_ANTENNA_KEYS, ModelSpec, PropagationModel


def _build(
    scenario: ScenarioSettings, settings: PropagationSettings, calibration: Calibration | None
) -> PropagationModel:
    """`EnhancedTwoRay` with `measured_uav_antenna` and `measured_source_antenna` (II-A).

    β is that of the fold's calibration, which is fitted with the other two antennas.
    """
    measured = settings.model_copy(
        update={
            "uav_antenna": settings.measured_uav_antenna,
            "source_antenna": settings.measured_source_antenna,
        }
    )
    return enhanced_two_ray.SPEC.build(scenario, measured, calibration)


SPEC = ModelSpec(
    _build,
    settings=MEASURED_ANTENNA_KEYS | {"legs"},
    uses_attitude=True,
    needs_calibration=enhanced_two_ray.SPEC.needs_calibration,
)
