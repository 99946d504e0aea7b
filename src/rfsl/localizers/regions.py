"""Regions of a posterior as polygons on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rfsl.arrays import FloatArray, IndexArray
from rfsl.localizers.outlines import outline_m
from rfsl.localizers.posterior import Posterior

#: Places are parts of the region of this probability; smaller ones than the second are not listed.
_LISTED_SHARE, _LEAST_SHARE = 0.9, 0.05


@dataclass(frozen=True)
class Region:
    """The smallest region that contains the source with a given probability.

    Attributes:
        share: that probability.
        area_m2: area of the shape.
        shape_m: polygon or polygons in the local frame.
    """

    share: float
    area_m2: float
    shape_m: shapely.Geometry

    @classmethod
    def of(
        cls, posterior: Posterior, share: float, within: shapely.Geometry | None = None
    ) -> Region:
        """The smallest region of probability `share`, with a smooth outline.

        Args:
            posterior: over cells that are rectangles of one aspect.
            share: probability, above 0 and up to 1.
            within: where the source may be; None: the cells of the posterior.

        See also:
            `rfsl.localizers.outlines.outline_m`: how its outline is found. `Posterior.region` has
            its cells; scores and the coverage of regions go by those.

        Example:
            The region of probability 1 is the whole area, here 2 by 2 m.

            >>> centres_m = np.array([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5], [1.5, 1.5]])
            >>> region = Region.of(Posterior(centres_m, np.full(4, 0.25), np.ones(4)), 1.0)
            >>> round(region.area_m2, 6)
            4.0
        """
        shape_m = outline_m(posterior, share, within)
        return cls(share, float(shape_m.area), shape_m)


@dataclass(frozen=True)
class Place:
    """One of the separate places where the source may be: a part of the 90 % region.

    Attributes:
        position_m: (2,) position of smallest expected error, if the source is at this place.
        probability: that the source is in this part of the region.
        radius_m: of the circle about the position that holds 90 % of that probability.
    """

    position_m: FloatArray
    probability: float
    radius_m: float


def places(posterior: Posterior, gap_m: float) -> list[Place]:
    """Places of a posterior, the most probable first.

    Args:
        gap_m: parts of the 90 % region that are closer to each other count as one place. Places
            with less than 5 % of the probability are left out.

    Example:
        Two pairs of cells, 100 m apart.

        >>> centres_m = np.array([[0.0, 0.0], [1.0, 0.0], [100.0, 0.0], [101.0, 0.0]])
        >>> two = Posterior(centres_m, np.array([0.4, 0.3, 0.2, 0.1]), np.ones(4))
        >>> [round(place.probability, 3) for place in places(two, gap_m=10.0)]
        [0.7, 0.3]
    """
    cells = posterior.region(_LISTED_SHARE)
    shape_m = shapely.buffer(_boxes(posterior, cells), gap_m / 2.0)
    found = []
    for part in shapely.get_parts(shapely.union_all(shape_m)):
        inside = cells[shapely.contains_xy(part, *posterior.xy_m[cells].T)]
        probability = float(posterior.probability[inside].sum())
        if probability < _LEAST_SHARE:
            continue
        kept = np.zeros(len(posterior.xy_m), dtype=bool)
        kept[inside] = True
        here = posterior.within(kept)
        position_m = here.median_m()
        distance_m = np.linalg.norm(here.xy_m - position_m, axis=1)
        order = np.argsort(distance_m)
        reached = int(np.searchsorted(np.cumsum(here.probability[order]), _LISTED_SHARE))
        radius_m = float(distance_m[order][min(reached, len(order) - 1)])
        found.append(Place(position_m, probability, radius_m))
    return sorted(found, key=lambda place: -place.probability)


def _boxes(posterior: Posterior, cells: IndexArray) -> list[shapely.Geometry]:
    """The rectangles of some cells."""
    height_m = np.sqrt(posterior.cell_m2[cells] / posterior.cell_aspect)
    half_m = np.column_stack([height_m * posterior.cell_aspect, height_m]) / 2
    low_m, high_m = posterior.xy_m[cells] - half_m, posterior.xy_m[cells] + half_m
    return list(shapely.box(*low_m.T, *high_m.T))


def rings_m(shape_m: shapely.Geometry) -> list[FloatArray]:
    """Closed rings (V, 2) of polygons: outlines counter-clockwise, holes clockwise."""
    return [
        np.asarray(ring.coords)[:, :2]
        for part in shapely.get_parts(shapely.orient_polygons(shape_m))
        for ring in (part.exterior, *part.interiors)
    ]
