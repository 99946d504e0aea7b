"""Regions of a posterior as shapes on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rfsl.arrays import FloatArray
from rfsl.localizers.posterior import Posterior

#: Probabilities of the regions that are given.
SHARES = (0.5, 0.9)
#: Cells that touch only in exact arithmetic are joined over this gap.
_GAP_M = 0.02


@dataclass(frozen=True)
class Region:
    """The smallest region that holds the source with a probability.

    Attributes:
        share: that probability.
        area_m2: its area.
        shape_m: polygon or polygons in the local frame.
    """

    share: float
    area_m2: float
    shape_m: shapely.Geometry

    @classmethod
    def of(cls, posterior: Posterior, share: float) -> Region:
        """The smallest region of a probability, as the union of its cells."""
        cells = posterior.region(share)
        height_m = np.sqrt(posterior.cell_m2[cells] / posterior.cell_aspect)
        half_m = np.column_stack([height_m * posterior.cell_aspect, height_m]) / 2
        low_m, high_m = posterior.xy_m[cells] - half_m, posterior.xy_m[cells] + half_m
        boxes = shapely.box(*low_m.T, *high_m.T)
        grown = shapely.union_all(shapely.buffer(boxes, _GAP_M, join_style="mitre"))
        joined = shapely.buffer(grown, -_GAP_M, join_style="mitre")
        return cls(share, posterior.region_m2(share), shapely.simplify(joined, _GAP_M))


def rings_m(shape_m: shapely.Geometry) -> list[FloatArray]:
    """Closed rings (V, 2) of polygons: outlines turn to the left, holes to the right."""
    return [
        np.asarray(ring.coords)[:, :2]
        for part in shapely.get_parts(shapely.orient_polygons(shape_m))
        for ring in (part.exterior, *part.interiors)
    ]
