"""What a propagation model is, and what the workflow has to know about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.propagation.calibration_file import Calibration

#: Keys of `propagation:` that choose the antennas.
ANTENNA_KEYS = frozenset({"uav_antenna", "source_antenna"})
#: The same of `enhanced_two_ray_measured`.
MEASURED_ANTENNA_KEYS = frozenset({"measured_uav_antenna", "measured_source_antenna"})


class PropagationModel(Protocol):
    """Predicts the received power of a link, without noise, shadowing and receiver."""

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        """Received power in dBm (`calibrated`: in dB, up to a constant of the receiver).

        Args:
            uav_position_m: (S, 3) positions of the UAV: east, north, height above the ground.
            attitude_rad: (S, 3) roll, pitch, yaw; or (N, S, 3), an attitude for each source.
            source_position_m: (N, 3) positions of the sources.

        Returns:
            (N, S), of the floating type of `uav_position_m`.

        Raises:
            GeometryError: see `rfsl.geometry.links.link_geometry`.
        """
        ...


#: Makes a model from the config and the fold's calibration.
Builder = Callable[[ScenarioSettings, PropagationSettings, Calibration | None], PropagationModel]


@dataclass(frozen=True)
class ModelSpec:
    """A propagation model as the registry knows it: each module of `models/` defines a `SPEC`.

    Attributes:
        build: makes the model; the calibration may be None if the model needs none.
        settings: keys of `propagation:` that the model depends on.
        uses_attitude: whether the UAV's attitude changes the predicted power.
        needs_calibration: whether the model needs a calibration with the given settings.
    """

    build: Builder
    settings: frozenset[str]
    uses_attitude: bool = False
    needs_calibration: Callable[[PropagationSettings], bool] = lambda settings: False
