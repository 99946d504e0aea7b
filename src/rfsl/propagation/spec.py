"""What a propagation model is, and what the workflow has to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rfsl.arrays import FloatArray
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.propagation.calibration_file import Calibration

#: Settings of `propagation:` that say which antennas are used.
ANTENNA_KEYS = frozenset({"uav_antenna", "source_antenna"})


class PropagationModel(Protocol):
    """Received power over one kind of path, without noise and receiver."""

    def __call__(
        self, uav_position_m: FloatArray, attitude_rad: FloatArray, source_position_m: FloatArray
    ) -> FloatArray:
        """Received power in dBm (`calibrated`: in dB over the receiver's own constant).

        Args:
            uav_position_m: (S, 3) positions of the UAV.
            attitude_rad: (S, 3), or (N, S, 3) for an attitude per source: roll, pitch, yaw.
            source_position_m: (N, 3) positions of the sources.

        Returns:
            (N, S), of the floating type of `uav_position_m`.
        """
        ...


Builder = Callable[[ScenarioSettings, PropagationSettings, Calibration | None], PropagationModel]


@dataclass(frozen=True)
class ModelSpec:
    """A propagation model for the registry: each module of `models/` has one, called `SPEC`.

    Attributes:
        build: makes the model; the calibration may be None where it is not needed.
        settings: keys of `propagation:` that the model depends on.
        uses_attitude: whether it depends on how the UAV is turned.
        needs_calibration: whether, with the given settings, it needs a calibration.
    """

    build: Builder
    settings: frozenset[str]
    uses_attitude: bool = False
    needs_calibration: Callable[[PropagationSettings], bool] = lambda settings: False
