"""Radio maps as LocHeatmap's own networks take them, for networks with `original: true`.

- RSS runs from the median m of its map at 0 to 0 dBm at 1: (r − m) / (0 − m), at least 0. So the
  weaker half of the measurements is erased. A sparse map has the median of what was measured, a
  complete map that of all pixels.
- An angle is itself, as a share of a full turn in [0, 1).
- Heights are above the lowest ground of the map, in units of 100 m.

Source: https://github.com/MOYU114/LocHeatmap, utils.py. There, angles are also measured from the
smallest one of the map, and divided by 2π less twice that angle, which fails at π; not here.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.radiomaps.encoding import CHANNELS, MapInputs

#: Number of channels of each input map.
ORIGINAL_CHANNELS = {**CHANNELS, "aoa": 1}
_HEIGHT_SCALE_M = 100.0


def encode_original_rss(rss_dbm: FloatArray, median_dbm: FloatArray) -> Float32Array:
    """Encoded RSS maps (B, 1, H, W) from RSS (B, H, W) and the medians (B,) of the maps.

    Example:
        >>> rss_dbm = np.array([[[-50.0, -80.0, -120.0]]])
        >>> encode_original_rss(rss_dbm, np.array([-80.0])).tolist()
        [[[[0.375, 0.0, 0.0]]]]
    """
    median = median_dbm[:, None, None]
    share = np.clip((rss_dbm - median) / -median, 0.0, 1.0)
    return share[:, None].astype(np.float32)


def decode_original_rss(share: FloatArray, median_dbm: FloatArray) -> FloatArray:
    """RSS maps (B, H, W) in dBm from encoded maps (B, 1, H, W): pixels at 0 are at the median."""
    return share[:, 0] * -median_dbm[:, None, None] + median_dbm[:, None, None]


def encode_original_aoa(aoa_rad: FloatArray) -> Float32Array:
    """Angles (B, H, W) as shares (B, 1, H, W) of a full turn."""
    return (np.mod(aoa_rad, 2.0 * np.pi) / (2.0 * np.pi))[:, None].astype(np.float32)


def encode_original(
    measured: BoolArray, rss_dbm: FloatArray, aoa_rad: FloatArray, height_m: FloatArray
) -> MapInputs:
    """Sparse maps and heights of B scenes; what was not measured is 0.

    Args:
        measured: (B, H, W) which pixels are measured; at least one in each scene.
        rss_dbm, aoa_rad: (B, H, W), used in measured pixels only, and may be NaN elsewhere.
        height_m: (B, H, W) height of the ground with its buildings.

    Returns:
        The maps; `reference_db` has the medians.
    """
    median_dbm = np.array(
        [np.median(values[where]) for values, where in zip(rss_dbm, measured, strict=True)],
        dtype=np.float32,
    )
    lowest_m = height_m.min(axis=(1, 2), keepdims=True)
    maps = {
        "rss": encode_original_rss(
            np.where(measured, rss_dbm, median_dbm[:, None, None]), median_dbm
        ),
        "aoa": encode_original_aoa(np.where(measured, aoa_rad, 0.0)),
        "height": ((height_m - lowest_m)[:, None] / _HEIGHT_SCALE_M).astype(np.float32),
    }
    return MapInputs(maps, median_dbm)
