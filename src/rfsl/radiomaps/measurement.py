"""What a UAV measures of radio maps: in which pixels, and with what errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray, IndexArray
from rfsl.config.radiomaps import MeasurementSettings, Sampling
from rfsl.geometry.frames import Box, along_path, travelled_m
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.radiomaps.maps import RadioMaps

#: Most trajectories of one flight; some kinds never reach the edge of the map.
_TRAJECTORIES = 40


@dataclass(frozen=True)
class Measurement:
    """A sparse map.

    Attributes:
        measured: (H, W) whether the UAV measured in the pixel.
        rss_dbm: (H, W) received power; NaN where not measured.
        aoa_rad: (H, W) azimuth of the source, as in `RadioMaps`; NaN where not measured.
    """

    measured: BoolArray
    rss_dbm: Float32Array
    aoa_rad: Float32Array


def coverage_mask(
    kind: Sampling, coverage: float, known: BoolArray, pixel_m: float, rng: np.random.Generator
) -> BoolArray:
    """Pixels (H, W) where the UAV measures: a share of the known ones, at least one pixel.

    With `pixels` they are drawn uniformly over the known pixels of the map. With any other kind
    they lie under a flight: trajectories of that kind (`rfsl.geometry.random_paths`) follow one
    another until enough pixels are visited. If forty trajectories are not enough, the rest is drawn
    uniformly.

    Args:
        kind: `pixels`, or the kind of the trajectories.
        coverage: share of the known pixels, in (0, 1], to the nearest pixel.
        known: (H, W), H = W, pixels that can be measured; at least one.
        pixel_m: size of a pixel; some trajectories depend on the size of the map in metres.

    Example:
        >>> known = np.ones((16, 16), dtype=bool)
        >>> mask = coverage_mask("spiral", 0.25, known, 6.0, np.random.default_rng(0))
        >>> mask.shape, int(mask.sum())
        ((16, 16), 64)
    """
    pixels, free = len(known), known.ravel()
    count = max(1, round(coverage * int(free.sum())))
    mask = np.zeros(pixels**2, dtype=bool)
    if kind != "pixels":
        size_m = pixels * pixel_m
        box = Box(0.0, size_m, 0.0, size_m)
        last_m = np.empty((0, 2))
        for _ in range(_TRAJECTORIES):
            corners_m = np.concatenate([last_m, TRAJECTORY_KINDS[kind](box, rng)])
            visited = _pixels_along(corners_m, pixels, pixel_m)
            fresh = visited[(free & ~mask)[visited]]
            _, first = np.unique(fresh, return_index=True)
            mask[fresh[np.sort(first)][: count - mask.sum()]] = True
            if mask.sum() == count:
                break
            last_m = corners_m[-1:]
    rest = np.flatnonzero(free & ~mask)
    mask[rng.choice(rest, count - int(mask.sum()), replace=False)] = True
    return mask.reshape(pixels, pixels)


def _pixels_along(corners_m: FloatArray, pixels: int, pixel_m: float) -> IndexArray:
    """Flat indices of the pixels along a path with corners (W, 2), at every half pixel."""
    steps_m = np.arange(0.0, travelled_m(corners_m)[-1], 0.5 * pixel_m)
    column, row = (along_path(corners_m, steps_m) / pixel_m).astype(np.intp).T.clip(0, pixels - 1)
    return np.asarray(row * pixels + column)


def measure(
    maps: RadioMaps,
    measured: BoolArray,
    noise_rate: float,
    settings: MeasurementSettings,
    rng: np.random.Generator,
) -> Measurement:
    """Measurements in some pixels, each with its own error.

    All errors are Gaussian. With noise rate ν their standard deviations are

        RSS: ν `rss_noise_db`
        angle of arrival: √(σ² + (ν `aoa_noise_rad`)²)

    where σ is `aoa_los_std_rad` with line of sight, and `aoa_nlos_std_rad` without it.

    Args:
        maps: complete maps of the scene.
        measured: (H, W) which pixels, as by `coverage_mask`.
        noise_rate: ν, at least 0.

    Example:
        >>> true = RadioMaps(
        ...     np.array([[-50.0, -60.0]], np.float32),
        ...     np.zeros((1, 2), np.float32),
        ...     np.ones((1, 2), dtype=bool),
        ... )
        >>> where, rng = np.array([[True, False]]), np.random.default_rng(0)
        >>> measure(true, where, 0.0, MeasurementSettings(), rng).rss_dbm.tolist()
        [[-50.0, nan]]
    """
    # Drawn for every pixel, so that the errors of a pixel do not depend on the other pixels.
    rss_error, aoa_error = rng.standard_normal((2, *measured.shape))[:, measured]
    rss_dbm = np.full(measured.shape, np.nan, np.float32)
    aoa_rad = np.full(measured.shape, np.nan, np.float32)
    rss_dbm[measured] = maps.rss_dbm[measured] + noise_rate * settings.rss_noise_db * rss_error
    sight_rad = np.where(
        maps.line_of_sight[measured], settings.aoa_los_std_rad, settings.aoa_nlos_std_rad
    )
    std_rad = np.hypot(sight_rad, noise_rate * settings.aoa_noise_rad)
    turned_rad = maps.aoa_rad[measured] + std_rad * aoa_error
    aoa_rad[measured] = np.pi - np.mod(np.pi - turned_rad, 2.0 * np.pi)  # into (-π, π]
    return Measurement(measured, rss_dbm, aoa_rad)
