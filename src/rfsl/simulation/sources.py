"""Data sets: RSS along one trajectory, for sources spread over the source area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import Float32Array, FloatArray
from rfsl.flights.received import Received
from rfsl.geometry.frames import Box
from rfsl.geometry.links import link_geometry
from rfsl.geometry.trajectories import Trajectory
from rfsl.propagation.spec import PropagationModel
from rfsl.randomness import SPLITS, Stream, generator
from rfsl.simulation.receiver import Receiver

#: Samples computed at once: enough that the calls of NumPy cost little beside the work, and few
#: enough that the intermediate arrays stay in the cache.
BLOCK_SAMPLES = 20_000


def source_positions_m(
    seed: int, split: str, indices: range, area: Box, height_m: float
) -> FloatArray:
    """Positions (N, 3) of sources of a split, uniform over an area.

    A position depends on the seed, the split and the source's index alone.

    Args:
        seed: the config's seed.
        split: one of `rfsl.randomness.SPLITS`.
        indices: of the N sources.
        area: where the sources are.
        height_m: height of all sources above the ground.
    """
    positions = np.empty((len(indices), 3))
    for row, index in enumerate(indices):
        rng = generator(seed, Stream.SOURCE_POSITION, SPLITS.index(split), index)
        positions[row, 0] = rng.uniform(area.west_m, area.east_m)
        positions[row, 1] = rng.uniform(area.south_m, area.north_m)
    positions[:, 2] = height_m
    return positions


@dataclass(frozen=True)
class Simulator:
    """Simulates what the receiver logs along the trajectory.

    Attributes:
        model: gives the power at the antenna.
        receiver: turns it into the logged RSS.
        trajectory: of S samples.
        attitude_range_deg: roll, pitch and yaw are uniform within ± this, independently at every
            sample (paper, section IV); None if the model does not depend on them.
    """

    model: PropagationModel
    receiver: Receiver
    trajectory: Trajectory
    attitude_range_deg: float | None

    def received(
        self, source_position_m: FloatArray, indices: range, split: str, seed: int
    ) -> Iterator[Received]:
        """What is logged of each source in turn: RSS (S,) in dBm as float32, and the lock.

        It is computed in float32 by blocks of sources; one block is in memory at a time. Every draw
        depends on the seed, the split and the source's index alone, so shards and blocks do not
        change any number.

        Args:
            source_position_m: (N, 3) positions of the sources.
            indices: of these N sources in their split.
            split: one of `rfsl.randomness.SPLITS`.
            seed: the config's seed.
        """
        uav_position_m = self.trajectory.position_m.astype(np.float32, order="F")  # by axis
        travelled_m = self.trajectory.travelled_m
        sources_m = source_position_m.astype(np.float32)
        block_sources = max(1, BLOCK_SAMPLES // travelled_m.size)
        for start in range(0, len(indices), block_sources):
            block = indices[start : start + block_sources]
            rows = slice(start, start + len(block))
            attitude_rad = self._attitude_rad(block, split, seed)
            power_dbm = self.model(uav_position_m, attitude_rad, sources_m[rows])
            depression_rad = np.zeros_like(power_dbm)
            if self.receiver.shadowing is not None:  # nothing else depends on the angle
                depression_rad = link_geometry(uav_position_m, sources_m[rows]).depression_rad
            for row, index in enumerate(block):
                rng = generator(seed, Stream.RECEIVER, SPLITS.index(split), index)
                yield self.receiver.log(power_dbm[row], travelled_m, depression_rad[row], rng)

    def _attitude_rad(self, block: range, split: str, seed: int) -> Float32Array:
        """Attitude (B, S, 3) for each of B sources; zeros (1, S, 3) if the model ignores it."""
        samples = self.trajectory.time_s.size
        if self.attitude_range_deg is None:
            return np.zeros((1, samples, 3), np.float32)
        unit = np.empty((samples, 3), np.float32)
        angles = np.empty((3, len(block), samples), np.float32)  # by angle
        for row, index in enumerate(block):
            rng = generator(seed, Stream.ATTITUDE, SPLITS.index(split), index)
            rng.random(out=unit, dtype=np.float32)
            angles[:, row] = unit.T
        angles *= 2
        angles -= 1
        angles *= np.float32(np.radians(self.attitude_range_deg))
        return np.moveaxis(angles, 0, -1)
