"""The outline of a region of a posterior: a contour of its density, interpolated between cells.

A union of cells has stairs, and its size jumps with every cell. The logarithm of the density is
interpolated linearly between the cells' centres, on a Delaunay triangulation, so that cells may be
of several sizes. The region of probability P is where it is above the level for which the inside
holds P; its outline is the contour at that level.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from rfsl.arrays import FloatArray, IndexArray
from rfsl.localizers.posterior import Posterior

#: A cell is looked at by so many points in each direction.
_POINTS = 4
#: Cells with less than this share of the probability count as empty.
_NEGLIGIBLE = 1e-9
#: Shear of the centres before they are triangulated, in metres a metre.
_SHEAR = 0.02
#: Points of the contour's grid for each of the smallest cells, and in each direction at the most.
_FINER = 2.0
_MOST_POINTS = 500
#: An outline may leave out corners that stand out by this share of the smallest cell.
_SIMPLER = 0.05
_TINY = float(np.finfo(float).tiny)
_AROUND = np.array([(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y])


def outline_m(
    posterior: Posterior, share: float, within: shapely.Geometry | None = None
) -> shapely.Geometry:
    """Polygon or polygons of the smallest region that holds the source with a probability.

    Args:
        posterior: over cells that are rectangles of one aspect.
        share: the probability, above 0.
        within: where the source may be; None: the cells of the posterior.

    Example:
        A peak in the middle of a square of 9 m by 9 m: the outline is round.

        >>> xy_m = np.array([(x, y) for x in range(9) for y in range(9)], float)
        >>> peak = np.exp(-0.5 * np.square(xy_m - 4.0).sum(axis=1) / 2.0**2)
        >>> found = outline_m(Posterior(xy_m, peak / peak.sum(), np.ones(81)), 0.5)
        >>> bool(abs(found.area - 2.0 * np.pi * 2.0**2 * np.log(2.0)) < 1.0)
        True
    """
    from contourpy import FillType, contour_generator  # here, since it loads slowly

    sizes_m = _sizes_m(posterior)
    surface = _surface(posterior, sizes_m)
    level, low_m, high_m = _level(posterior, sizes_m, surface, share)
    counts = np.round(_FINER * (high_m - low_m) / sizes_m.min(axis=0)).astype(int) + 1
    x_m, y_m = (
        np.linspace(low, high, min(int(count), _MOST_POINTS))
        for low, high, count in zip(low_m, high_m, counts, strict=True)
    )
    height = surface(np.stack(np.meshgrid(x_m, y_m), axis=-1))
    contours = contour_generator(x_m, y_m, height, fill_type=FillType.OuterOffset)
    polygons = [
        shapely.Polygon(rings[0], rings[1:])
        for points, offsets in zip(*contours.filled(level, float("inf")), strict=True)
        for rings in [np.split(points, offsets[1:-1])]
    ]
    area = _cells_shape_m(posterior, sizes_m) if within is None else within
    shape = shapely.intersection(shapely.make_valid(shapely.MultiPolygon(polygons)), area)
    simple = shapely.simplify(shape, _SIMPLER * float(sizes_m.min()))
    parts = [part for part in shapely.get_parts(simple) if shapely.get_dimensions(part) == 2]
    return shapely.union_all(parts)


def _surface(posterior: Posterior, sizes_m: FloatArray) -> Callable[[FloatArray], FloatArray]:
    """The logarithm of the density at points (..., 2), interpolated between the cells' centres.

    The four centres of a square can be joined by either diagonal. Two triangulations of slightly
    sheared centres take one diagonal each, whatever the rounding; their mean favours neither.
    """
    from scipy.interpolate import LinearNDInterpolator  # here, since it loads slowly

    log_density = np.log(np.maximum(posterior.probability / posterior.cell_m2, _TINY))
    beyond_m, nearest = _beyond(posterior, sizes_m)
    points_m = np.concatenate([posterior.xy_m, beyond_m])
    values = np.concatenate([log_density, log_density[nearest]])
    shears = [np.array([[1.0, 0.0], [shear, 1.0]]) for shear in (_SHEAR, -_SHEAR)]
    lowest = float(log_density.min())
    found = [LinearNDInterpolator(points_m @ shear, values, fill_value=lowest) for shear in shears]

    def surface(at_m: FloatArray) -> FloatArray:
        heights = [one(at_m @ shear) for one, shear in zip(found, shears, strict=True)]
        return np.asarray(np.mean(heights, axis=0))

    return surface


def _sizes_m(posterior: Posterior) -> FloatArray:
    """Widths and heights (N, 2) of the cells."""
    height_m = np.sqrt(posterior.cell_m2 / posterior.cell_aspect)
    return np.column_stack([height_m * posterior.cell_aspect, height_m])


def _beyond(posterior: Posterior, sizes_m: FloatArray) -> tuple[FloatArray, IndexArray]:
    """Points (M, 2) a cell beyond the outer cells, and the cell (M,) that each has its density of.

    So the density goes on up to the edge of the cells, and does not end at their centres.
    """
    from scipy.spatial import cKDTree

    scale = np.array([posterior.cell_aspect, 1.0])
    points_m = (posterior.xy_m[:, None] + sizes_m[:, None] * _AROUND).reshape(-1, 2)
    cell = np.repeat(np.arange(len(sizes_m)), len(_AROUND))
    nearest = min(len(_AROUND), len(sizes_m))
    away_m, other = cKDTree(posterior.xy_m / scale).query(
        points_m / scale, k=[*range(1, nearest + 1)], p=np.inf
    )
    outside = (away_m > 0.501 * sizes_m[other, 1]).all(axis=1)
    points_m, cell = points_m[outside], cell[outside]
    _, first = np.unique(np.round(4.0 * points_m / sizes_m.min(axis=0)), axis=0, return_index=True)
    return points_m[first], cell[first]


def _level(
    posterior: Posterior,
    sizes_m: FloatArray,
    surface: Callable[[FloatArray], FloatArray],
    share: float,
) -> tuple[float, FloatArray, FloatArray]:
    """The level whose inside holds `share`, and a box (low, high) round the inside."""
    kept = posterior.probability > _NEGLIGIBLE
    steps = (np.arange(_POINTS) + 0.5) / _POINTS - 0.5
    offsets = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    points_m = posterior.xy_m[kept][:, None] + sizes_m[kept][:, None] * offsets
    height = surface(points_m)
    weight = np.repeat(posterior.probability[kept] / len(offsets), len(offsets))
    order = np.argsort(-height.ravel(), kind="stable")
    reached = np.cumsum(weight[order])
    last = int(np.searchsorted(reached, share * reached[-1] * (1.0 - 1e-9)))
    level = float(height.ravel()[order[last]])
    inside = (height >= level).any(axis=1)
    half_m = sizes_m[kept][inside]
    centres_m = posterior.xy_m[kept][inside]
    return level - 1e-9, (centres_m - half_m).min(axis=0), (centres_m + half_m).max(axis=0)


def _cells_shape_m(posterior: Posterior, sizes_m: FloatArray) -> shapely.Geometry:
    """The union of all cells; their box, if they fill it."""
    low_m, high_m = posterior.xy_m - sizes_m / 2.0, posterior.xy_m + sizes_m / 2.0
    box = shapely.box(*low_m.min(axis=0), *high_m.max(axis=0))
    if posterior.cell_m2.sum() > 0.999 * box.area:
        return box
    return shapely.union_all(shapely.box(*low_m.T, *high_m.T), grid_size=1e-3)
