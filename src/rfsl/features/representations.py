"""Representations of a flight: their settings, the length of their vector, and its scaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rfsl.arrays import Float32Array
from rfsl.config.features import ClusteredSettings, NormalizedSettings
from rfsl.geometry.trajectories import Trajectory

RepresentationSettings = ClusteredSettings | NormalizedSettings


def representation_settings(params: Mapping[str, Any]) -> RepresentationSettings:
    """Settings of a representation from plain values.

    Args:
        params: `representation` (`clustered` or `normalized`), and values for its settings.

    Raises:
        KeyError: there is no such representation.
    """
    values = dict(params)
    kinds = {"clustered": ClusteredSettings, "normalized": NormalizedSettings}
    return kinds[values.pop("representation")](**values)


def feature_count(settings: RepresentationSettings, trajectory: Trajectory) -> int:
    """Length F of a feature vector: 3 C_k (`clustered`), or S // N_g (`normalized`).

    Args:
        trajectory: the part of the simulated trajectory that is used, of S samples.
    """
    if isinstance(settings, ClusteredSettings):
        return 3 * settings.clusters
    return trajectory.time_s.size // settings.group_size


#: Offset (dBm) and scale (dB) of raw RSS: the simulated power at 150 m, and its spread.
_RAW_LEVEL_DBM, _RAW_SPREAD_DB = -45.0, 15.0


def input_scaling(
    settings: RepresentationSettings,
    trajectory: Trajectory,
    center_m: ArrayLike,
    half_size_m: ArrayLike,
) -> tuple[Float32Array, Float32Array]:
    """Offset and scale, each (F,): (features − offset) / scale lies within about ±1.

    Positions are measured from the centre of the source area in units of its half size.
    Standardized RSS stays as it is, raw RSS is scaled by fixed numbers, and RSS from 0 to 1 becomes
    -1 to 1.

    Args:
        trajectory: the part of the simulated trajectory that is used.
        center_m, half_size_m: (2,) east and north, of the source area.

    Example:
        >>> from rfsl.geometry.trajectories import Trajectory
        >>> four = Trajectory(np.arange(4.0), np.zeros((4, 3)))
        >>> offset, scale = input_scaling(NormalizedSettings(group_size=2), four, (0, 0), (1, 1))
        >>> ((np.array([0.0, 1.0]) - offset) / scale).tolist()
        [-1.0, 1.0]
    """
    count = feature_count(settings, trajectory)
    if isinstance(settings, ClusteredSettings):
        raw = settings.rss_scale == "raw"
        level, spread = (_RAW_LEVEL_DBM, _RAW_SPREAD_DB) if raw else (0.0, 1.0)
        offset = np.tile([level, *np.asarray(center_m, float)], settings.clusters)
        scale = np.tile([spread, *np.asarray(half_size_m, float)], settings.clusters)
    else:
        offset, scale = np.full(count, 0.5), np.full(count, 0.5)
    return offset.astype(np.float32), scale.astype(np.float32)
