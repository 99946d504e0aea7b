"""The representations of a flight: their settings, their length, their scaling for a network."""

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
    """Settings of a representation from plain values, which name it under `representation`."""
    values = dict(params)
    kinds = {"clustered": ClusteredSettings, "normalized": NormalizedSettings}
    return kinds[values.pop("representation")](**values)


def feature_count(settings: RepresentationSettings, trajectory: Trajectory) -> int:
    """Length of a feature vector."""
    if isinstance(settings, ClusteredSettings):
        return 3 * settings.clusters
    return trajectory.time_s.size // settings.group_size


#: Level and size (dBm, dB) about which raw RSS is scaled: simulated power at 150 m, and its spread.
_RAW_LEVEL_DBM, _RAW_SPREAD_DB = -45.0, 15.0


def input_scaling(
    settings: RepresentationSettings,
    trajectory: Trajectory,
    center_m: ArrayLike,
    half_size_m: ArrayLike,
) -> tuple[Float32Array, Float32Array]:
    """Offset and scale that bring features to about ±1 before the network; each (F,).

    Positions are measured from the centre of the source area in its half sizes; RSS is already
    standardized or normalized, or else raw.
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
