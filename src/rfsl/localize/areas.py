"""The area in which the source may be: a polygon of a KML file, or the config's box."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import Polygon

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.scenario import Area, ScenarioSettings
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.localize.kml import read_polygon

#: A polygon that differs from its bounding box by less than this share of it is that box.
_SAME_SHARE = 1e-3


@dataclass(frozen=True)
class SourceArea:
    """Where the source may be.

    Attributes:
        name: where this is said: a file, or a key of the config.
        scenario: with the polygon's bounding box as source area.
        polygon_m: the polygon in the scenario's local frame.
    """

    name: str
    scenario: ScenarioSettings
    polygon_m: Polygon

    @classmethod
    def of(cls, file: str | Path | None, scenario: ScenarioSettings) -> SourceArea:
        """The polygon of a KML file, with the local frame's origin at its south-western corner.

        Without a file it is `scenario.source_area`, and the frame is the scenario's.

        Raises:
            DataError: see `read_polygon`.
        """
        if file is None:
            box = Box.of(scenario.source_area, LocalFrame.of(scenario))
            polygon_m = shapely.box(box.west_m, box.south_m, box.east_m, box.north_m)
            return cls("scenario.source_area", scenario, polygon_m)
        polygon_deg = read_polygon(file)
        west_deg, south_deg, east_deg, north_deg = polygon_deg.bounds
        moved = scenario.model_copy(
            update={
                "origin_latitude_deg": south_deg,
                "origin_longitude_deg": west_deg,
                "source_area": Area(
                    south_deg=south_deg, north_deg=north_deg, west_deg=west_deg, east_deg=east_deg
                ),
            }
        )
        return cls(str(file), moved, _to_local(polygon_deg, LocalFrame.of(moved)))

    @property
    def is_box(self) -> bool:
        """Whether the polygon is its own bounding box."""
        outside_m2 = shapely.box(*self.polygon_m.bounds).area - self.polygon_m.area
        return bool(outside_m2 < _SAME_SHARE * self.polygon_m.area)

    def holds(self, xy_m: FloatArray) -> BoolArray:
        """Which of some places (N, 2) lie in it."""
        held: BoolArray = shapely.contains_xy(self.polygon_m, *xy_m.T)
        return held

    def to_edge_m(self, xy_m: FloatArray) -> float:
        """Distance of a place (2,) from the edge, from either side."""
        return float(self.polygon_m.boundary.distance(shapely.Point(xy_m)))

    def nearest_m(self, xy_m: FloatArray) -> FloatArray:
        """The place (2,) of the area nearest to a place (2,): itself if it lies in it."""
        line = shapely.shortest_line(self.polygon_m, shapely.Point(xy_m))
        return np.asarray(line.coords[0][:2])


def _to_local(polygon_deg: Polygon, frame: LocalFrame) -> Polygon:
    def local(points_deg: FloatArray) -> FloatArray:
        longitude_deg, latitude_deg = points_deg.T
        return np.column_stack(frame.to_local(latitude_deg, longitude_deg))

    return shapely.transform(polygon_deg, local)
