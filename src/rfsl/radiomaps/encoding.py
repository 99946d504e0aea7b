"""Radio maps as networks take them: numbers of about one, and zero where nothing was measured.

- RSS is relative to the reference r₉₅, the 95 % point of the measured RSS, because a receiver need
  not be calibrated: 1 + (r − r₉₅) / 60 dB.
- An angle becomes its cosine and sine, because the angle itself jumps at ±π. (LocHeatmap uses the
  angle.)
- Heights are divided by the height of the UAV.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray

#: Number of channels of each input map.
CHANNELS = {"rss": 1, "aoa": 2, "height": 1, "rss_model": 1}
_RSS_SCALE_DB = 60.0
_REFERENCE_QUANTILE = 0.95
#: Least value of a measured pixel, so that it differs from one that is not measured.
_WEAKEST = 0.02


@dataclass(frozen=True)
class MapInputs:
    """Maps of B scenes as networks take them.

    Attributes:
        maps: (B, C, H, W) by name, with C as in `CHANNELS`. `aoa` is missing if no angles were
            measured.
        reference_db: (B,) RSS that is encoded as 1.
    """

    maps: dict[str, Float32Array]
    reference_db: Float32Array


def encode_rss(rss_db: FloatArray, reference_db: FloatArray) -> Float32Array:
    """Encoded RSS maps (B, 1, H, W): 1 + (r − reference) / 60 dB.

    Args:
        rss_db: (B, H, W) RSS r.
        reference_db: (B,).

    Example:
        >>> encode_rss(np.array([[[-50.0, -80.0, -110.0]]]), np.array([-50.0])).tolist()
        [[[[1.0, 0.5, 0.0]]]]
    """
    scaled = 1.0 + (rss_db - reference_db[:, None, None]) / _RSS_SCALE_DB
    return scaled[:, None].astype(np.float32)


def decode_rss(scaled: FloatArray, reference_db: FloatArray) -> FloatArray:
    """RSS maps (B, H, W) in dB from encoded maps (B, 1, H, W): the inverse of `encode_rss`."""
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
    """Sparse maps and heights of B scenes as networks take them.

    Args:
        measured: (B, H, W) which pixels are measured; at least one in each scene.
        rss_db, aoa_rad: (B, H, W), used in measured pixels only, and may be NaN elsewhere.
            `aoa_rad` is None if there are no angles.
        height_m: (B, H, W) height of the ground with its buildings.
        uav_height_m: height of the UAV.
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
