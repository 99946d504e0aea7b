"""Regions of a posterior as polygons on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rfsl.arrays import FloatArray
from rfsl.localizers.posterior import Posterior

#: Probabilities of the regions that are given.
SHARES = (0.5, 0.9)
#: Neighbouring cells are joined over gaps up to twice this length, which rounding leaves.
_GAP_M = 0.02


@dataclass(frozen=True)
class Region:
    """The smallest region that contains the source with a given probability.

    Attributes:
        share: that probability.
        area_m2: area of its cells.
        shape_m: polygon or polygons in the local frame.
    """

    share: float
    area_m2: float
    shape_m: shapely.Geometry

    @classmethod
    def of(cls, posterior: Posterior, share: float) -> Region:
        """The smallest region of probability `share`, as the union of its cells.

        Args:
            posterior: over cells that are rectangles of one aspect.
            share: probability, from 0 to 1.

        See also:
            `Posterior.region`: how its cells are chosen.

        Example:
            The region of probability 1 is the whole area, here 2 by 2 m.

            >>> centres_m = np.array([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5], [1.5, 1.5]])
            >>> region = Region.of(Posterior(centres_m, np.full(4, 0.25), np.ones(4)), 1.0)
            >>> region.area_m2, round(region.shape_m.area, 6)
            (4.0, 4.0)
        """
        cells = posterior.region(share)
        height_m = np.sqrt(posterior.cell_m2[cells] / posterior.cell_aspect)
        half_m = np.column_stack([height_m * posterior.cell_aspect, height_m]) / 2
        low_m, high_m = posterior.xy_m[cells] - half_m, posterior.xy_m[cells] + half_m
        boxes = shapely.box(*low_m.T, *high_m.T)
        grown = shapely.union_all(shapely.buffer(boxes, _GAP_M, join_style="mitre"))
        joined = shapely.buffer(grown, -_GAP_M, join_style="mitre")
        return cls(share, posterior.region_m2(share), shapely.simplify(joined, _GAP_M))


def rings_m(shape_m: shapely.Geometry) -> list[FloatArray]:
    """Closed rings (V, 2) of polygons: outlines counter-clockwise, holes clockwise."""
    return [
        np.asarray(ring.coords)[:, :2]
        for part in shapely.get_parts(shapely.orient_polygons(shape_m))
        for ring in (part.exterior, *part.interiors)
    ]
