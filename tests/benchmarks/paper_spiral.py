"""What the benchmarks of simulation and features compute on: the paper's spiral and antennas."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import Trajectory, spiral
from rfsl.propagation.antennas import MeasuredAntenna
from rfsl.propagation.models import MODELS
from rfsl.propagation.models.enhanced_two_ray import EnhancedTwoRay
from rfsl.propagation.spec import PropagationModel
from rfsl.propagation.two_ray_sum import Antennas, Radio
from rfsl.simulation.sources import source_positions_m
from rfsl.workflow.jobs import keep_freed_memory

keep_freed_memory()  # as in every job

SCENARIO, PROPAGATION = Config().scenario, Config().propagation
RADIO = Radio.of(SCENARIO)
BETA = 0.3
_FRAME = LocalFrame.of(SCENARIO)
_SOURCE_AREA = Box.of(SCENARIO.source_area, _FRAME)


def trajectory() -> Trajectory:
    """20,000 samples over 10 minutes."""
    return spiral(Config().spiral, Box.of(SCENARIO.flight_area, _FRAME), _SOURCE_AREA)


def sources_m(count: int) -> FloatArray:
    return source_positions_m(1, "train", range(count), _SOURCE_AREA, SCENARIO.source_height_m)


def model(name: str) -> PropagationModel:
    legs = PROPAGATION.legs.model_copy(update={"beta": BETA})
    return MODELS[name].build(SCENARIO, PROPAGATION.model_copy(update={"legs": legs}), None)


def measured_model() -> EnhancedTwoRay:
    """Enhanced two-ray between antennas given by tables."""
    return EnhancedTwoRay(
        RADIO, Antennas(chamber_table(0), chamber_table(1)), PROPAGATION.legs, BETA
    )


def chamber_table(seed: int) -> MeasuredAntenna:
    """Gains like a chamber's, every 3 degrees: a doughnut with lobes of a few dB."""
    elevation = np.radians(np.arange(-90.0, 91.0, 3.0))[:, None]
    azimuth = np.radians(np.arange(0.0, 361.0, 3.0))
    rng = np.random.default_rng(seed)
    gain_db = 20.0 * np.log10(np.cos(elevation) + 0.05)
    for order in range(1, 6):
        lobe = np.cos(order * azimuth + rng.uniform(0.0, 2.0 * np.pi))
        gain_db = gain_db + rng.normal(0.0, 1.5) * np.cos(elevation) * lobe
    return MeasuredAntenna((10.0 ** (gain_db / 10.0)).astype(np.float32))
