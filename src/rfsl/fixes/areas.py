"""The area where the source may be: a polygon of a KML file, or the config's box."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import Polygon

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.scenario import Area, ScenarioSettings
from rfsl.fixes.kml import read_polygon
from rfsl.geometry.frames import Box, LocalFrame

#: A polygon counts as its bounding box if the box is larger by less than this share.
_SAME_SHARE = 1e-3


@dataclass(frozen=True)
class SourceArea:
    """Where the source may be.

    Attributes:
        name: the file or the key of the config that gives the area.
        scenario: the config's scenario, with the polygon's bounding box as source area.
        polygon_m: the polygon, east and north in the local frame of `scenario`.
    """

    name: str
    scenario: ScenarioSettings
    polygon_m: Polygon

    @classmethod
    def of(cls, file: str | Path | None, scenario: ScenarioSettings) -> SourceArea:
        """The polygon of a KML file, or `scenario.source_area` if there is no file.

        With a file, the local frame has its origin at the south-western corner of the polygon's
        bounding box. Without one, it is the scenario's.

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
        """Whether the polygon fills its bounding box, up to a thousandth of its area."""
        outside_m2 = shapely.box(*self.polygon_m.bounds).area - self.polygon_m.area
        return bool(outside_m2 < _SAME_SHARE * self.polygon_m.area)

    def holds(self, xy_m: FloatArray) -> BoolArray:
        """Mask (N,) of the places (N, 2) that lie in the area."""
        held: BoolArray = shapely.contains_xy(self.polygon_m, *xy_m.T)
        return held

    def to_edge_m(self, xy_m: FloatArray) -> float:
        """Distance of a place (2,) from the edge, whether it lies inside or outside."""
        return float(self.polygon_m.boundary.distance(shapely.Point(xy_m)))

    def nearest_m(self, xy_m: FloatArray) -> FloatArray:
        """The point (2,) of the area nearest to a place (2,); the place itself if it is inside."""
        line = shapely.shortest_line(self.polygon_m, shapely.Point(xy_m))
        return np.asarray(line.coords[0][:2])


def _to_local(polygon_deg: Polygon, frame: LocalFrame) -> Polygon:
    def local(points_deg: FloatArray) -> FloatArray:
        longitude_deg, latitude_deg = points_deg.T
        return np.column_stack(frame.to_local(latitude_deg, longitude_deg))

    return shapely.transform(polygon_deg, local)
