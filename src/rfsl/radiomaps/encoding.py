"""Radio maps as networks take them: numbers of about one, and zero where nothing was measured.

RSS is told over the flight's own strongest measurements, since a receiver need not be calibrated:
1 stands for the 95 % point of what was measured, and 60 dB less for 0. An angle is told by its
cosine and sine, since the angle itself jumps (LocHeatmap feeds the angle). Heights are told over
that of the UAV.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray

#: Channels of each measured map, and of the height.
CHANNELS = {"rss": 1, "aoa": 2, "height": 1, "rss_model": 1}
_RSS_SCALE_DB = 60.0
_REFERENCE_QUANTILE = 0.95
#: What was measured is never zero.
_WEAKEST = 0.02


@dataclass(frozen=True)
class MapInputs:
    """Maps of B scenes as networks take them.

    Attributes:
        maps: (B, C, H, W) by name, with C of `CHANNELS`; `aoa` is missing where no angle was
            measured.
        reference_db: (B,) RSS that 1 stands for.
    """

    maps: dict[str, Float32Array]
    reference_db: Float32Array


def encode_rss(rss_db: FloatArray, reference_db: FloatArray) -> Float32Array:
    """RSS maps (B, H, W) over references (B,), as numbers of about one; (B, 1, H, W)."""
    scaled = 1.0 + (rss_db - reference_db[:, None, None]) / _RSS_SCALE_DB
    return scaled[:, None].astype(np.float32)


def decode_rss(scaled: FloatArray, reference_db: FloatArray) -> FloatArray:
    """Inverse of `encode_rss`."""
    return (scaled[:, 0] - 1.0) * _RSS_SCALE_DB + reference_db[:, None, None]


def encode_aoa(aoa_rad: FloatArray) -> Float32Array:
    """Cosine and sine (B, 2, H, W) of angles (B, H, W)."""
    return np.stack([np.cos(aoa_rad), np.sin(aoa_rad)], axis=1).astype(np.float32)


def encode(
    measured: BoolArray,
    rss_db: FloatArray,
    aoa_rad: FloatArray | None,
    height_m: FloatArray,
    uav_height_m: float,
) -> MapInputs:
    """Sparse maps (B, H, W) and heights (B, H, W) as networks take them.

    Args:
        measured: where; at least one pixel of each scene.
        rss_db, aoa_rad: used there only, and may be NaN elsewhere. None: no angles.
    """
    reference_db = np.array(
        [
            np.quantile(values[where], _REFERENCE_QUANTILE)
            for values, where in zip(rss_db, measured, strict=True)
        ],
        dtype=np.float32,
    )
    rss = np.maximum(encode_rss(np.where(measured, rss_db, 0.0), reference_db), _WEAKEST)
    maps = {
        "rss": rss * measured[:, None],
        "height": (height_m[:, None] / uav_height_m).astype(np.float32),
    }
    if aoa_rad is not None:
        maps["aoa"] = encode_aoa(np.where(measured, aoa_rad, 0.0)) * measured[:, None]
    return MapInputs(maps, reference_db)
