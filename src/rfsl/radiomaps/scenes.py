"""Scenes: a square of ground with terrain and buildings, and a source on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, Float32Array, FloatArray
from rfsl.config.radiomaps import LOWEST_BUILDING_M, SHORTEST_SIDE_M, SceneSettings
from rfsl.randomness import SPLITS, Stream, generator

#: Distance over which the terrain is alike (standard deviation of the smoothing Gaussian).
_TERRAIN_SMOOTHING_M = 40.0


@dataclass(frozen=True)
class Scene:
    """The ground, and a source on it.

    Attributes:
        height_m: (H, W) of the ground with its buildings, above the lowest ground.
        source_m: (3,) of the source: from the west edge, from the south edge, above the lowest
            ground.
    """

    height_m: Float32Array
    source_m: FloatArray


def draw_scene(
    seed: int, split: str, index: int, settings: SceneSettings, *, obstacles: bool
) -> Scene:
    """The scene of that number; it depends on seed, split and number alone.

    Terrain is smoothed noise, its peak uniform up to `terrain_m`. Buildings are rectangles with
    flat roofs, half of them parallel to the edges; a roof is so far above the highest ground
    below it as the building is high. The source is uniform over what is free of buildings.

    Args:
        obstacles: whether there are terrain and buildings; without, the ground is flat.
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
    """The ground (H, W) with buildings on it, and where (H, W) they are."""
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
        # Narrower than a pixel, or over the last free ground: the source needs a place.
        if not footprint.any() or (built | footprint).all():
            continue
        roof_m = ground_m[footprint].max() + building_m
        height_m[footprint] = np.maximum(height_m[footprint], roof_m)
        built |= footprint
    return height_m, built
