"""Data sets: RSS along a trajectory from sources spread over the source area."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import Float32Array, FloatArray
from rfsl.config import PropagationSettings
from rfsl.frames import Box
from rfsl.propagation import BLOCK_SOURCES, PropagationModel
from rfsl.randomness import Stream, generator
from rfsl.splits import SPLITS
from rfsl.trajectories import Trajectory


def source_positions_m(
    seed: int, split: str, indices: range, area: Box, height_m: float
) -> FloatArray:
    """Positions of the sources of a split, uniform over the area; (N, 3).

    A source's position depends on the seed, its split and its index alone.
    """
    positions = np.empty((len(indices), 3))
    for row, index in enumerate(indices):
        rng = generator(seed, Stream.SOURCE_POSITION, SPLITS.index(split), index)
        positions[row, 0] = rng.uniform(area.west_m, area.east_m)
        positions[row, 1] = rng.uniform(area.south_m, area.north_m)
    positions[:, 2] = height_m
    return positions


def simulate_rss_dbm(
    model: PropagationModel,
    trajectory: Trajectory,
    source_position_m: FloatArray,
    indices: range,
    *,
    split: str,
    seed: int,
    settings: PropagationSettings,
    with_attitude: bool,
) -> Float32Array:
    """RSS of each source at each sample of the trajectory, with noise; (N, S) float32 in dBm.

    Attitude is uniform within ± `attitude_range_deg` and noise white with `noise_std_db`, both
    independent from sample to sample (paper, section IV). Computed in float32 by blocks of sources;
    every draw depends on the seed, the split and the source's index alone, so shards and blocks do
    not change a number.
    """
    samples = trajectory.time_s.size
    uav_position_m = trajectory.position_m.astype(np.float32)
    sources_m = source_position_m.astype(np.float32)
    reach_rad = np.float32(np.radians(settings.attitude_range_deg))
    rss_dbm = np.empty((len(indices), samples), dtype=np.float32)
    for start in range(0, len(indices), BLOCK_SOURCES):
        block = indices[start : start + BLOCK_SOURCES]
        attitude_rad = np.zeros((len(block) if with_attitude else 1, samples, 3), np.float32)
        if with_attitude:
            for row, index in enumerate(block):
                rng = generator(seed, Stream.ATTITUDE, SPLITS.index(split), index)
                rng.random(out=attitude_rad[row], dtype=np.float32)
            attitude_rad = (2 * attitude_rad - 1) * reach_rad
        rows = slice(start, start + len(block))
        rss_dbm[rows] = model(uav_position_m, attitude_rad, sources_m[rows])
        for row, index in enumerate(block, start=start):
            rng = generator(seed, Stream.NOISE, SPLITS.index(split), index)
            noise = rng.standard_normal(samples, dtype=np.float32)
            rss_dbm[row] += np.float32(settings.noise_std_db) * noise
    return rss_dbm
