"""Scenes: a square of ground with terrain and buildings, and a source on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.radiomaps import LOWEST_BUILDING_M, SHORTEST_SIDE_M, SceneSettings
from rfsl.randomness import SPLITS, Stream, generator

#: Standard deviation of the Gaussian that smooths the terrain.
_TERRAIN_SMOOTHING_M = 40.0


@dataclass(frozen=True)
class Scene:
    """The ground, and a source on it.

    Attributes:
        height_m: (H, W) height of the ground with its buildings, above the lowest ground.
        source_m: (3,) position of the source: distance from the west edge, from the south edge, and
            height above the lowest ground.
    """

    height_m: Float32Array
    source_m: FloatArray


def draw_scene(
    seed: int, split: str, index: int, settings: SceneSettings, *, obstacles: bool
) -> Scene:
    """The scene of number `index`; it depends on seed, split and number alone.

    Terrain is smoothed noise; its peak is uniform up to `terrain_m`. Buildings are rectangles with
    flat roofs; about half of them are parallel to the edges. The height of a building counts from
    the highest ground below it. The source is uniform over the ground without buildings.

    Args:
        seed: the config's.
        split: one of `rfsl.randomness.SPLITS`.
        obstacles: whether there are terrain and buildings; if not, the ground is flat.
    """
    rng = generator(seed, Stream.SCENE, SPLITS.index(split), index)
    height_m: FloatArray = np.zeros((settings.pixels, settings.pixels))
    built: BoolArray = np.zeros(height_m.shape, dtype=bool)
    if obstacles:
        height_m = _terrain_m(settings, rng)
        height_m, built = _with_buildings(height_m, settings, rng)
    rows, columns = np.nonzero(~built)
    chosen = rng.integers(rows.size)
    row, column = rows[chosen], columns[chosen]
    within = rng.uniform(size=2)
    x_m, y_m = settings.pixel_m * (np.array([column, row]) + within)
    height = height_m.astype(np.float32)
    z_m = float(height[row, column]) + settings.source_height_m
    return Scene(height, np.array([x_m, y_m, z_m]))


def _terrain_m(settings: SceneSettings, rng: np.random.Generator) -> FloatArray:
    """Height (H, W) of the ground; its lowest pixel is at zero."""
    from scipy.ndimage import gaussian_filter  # here, since it loads slowly

    noise = rng.standard_normal((settings.pixels, settings.pixels))
    smooth = gaussian_filter(noise, _TERRAIN_SMOOTHING_M / settings.pixel_m)
    smooth -= smooth.min()
    peak_m = rng.uniform(0.0, settings.terrain_m)
    return np.asarray(peak_m * smooth / max(float(smooth.max()), np.finfo(float).tiny))


def _with_buildings(
    ground_m: FloatArray, settings: SceneSettings, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Height (H, W) of the ground with buildings, and which pixels (H, W) are built on."""
    centers_m = settings.pixel_m * (np.arange(settings.pixels) + 0.5)
    height_m, built = ground_m.copy(), np.zeros(ground_m.shape, dtype=bool)
    for _ in range(int(rng.integers(settings.buildings + 1))):
        middle_m = rng.uniform(0.0, settings.pixels * settings.pixel_m, 2)
        half_m = 0.5 * rng.uniform(SHORTEST_SIDE_M, settings.building_m, 2)
        turned_rad = rng.uniform(0.0, 0.5 * np.pi) if rng.random() < 0.5 else 0.0
        building_m = rng.uniform(LOWEST_BUILDING_M, settings.building_height_m)
        east_m, north_m = centers_m[None, :] - middle_m[0], centers_m[:, None] - middle_m[1]
        cosine, sine = np.cos(turned_rad), np.sin(turned_rad)
        footprint = (np.abs(cosine * east_m + sine * north_m) <= half_m[0]) & (
            np.abs(cosine * north_m - sine * east_m) <= half_m[1]
        )
        # Skip a building that covers no pixel centre, or all free ground, which the source needs.
        if not footprint.any() or (built | footprint).all():
            continue
        roof_m = ground_m[footprint].max() + building_m
        height_m[footprint] = np.maximum(height_m[footprint], roof_m)
        built |= footprint
    return height_m, built
