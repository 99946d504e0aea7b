"""The area where the source may be: an area file, the config's box, or a box round the track."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.scenario import Area, ScenarioSettings
from rfsl.errors import DataError
from rfsl.fixes.area_files import AreaSource, area_name, read_area
from rfsl.geometry.frames import Box, LocalFrame

#: A polygon counts as its bounding box if the box is larger by less than this share.
_SAME_SHARE = 1e-3
#: Longest side of an area: the radio horizon of a UAV at 30 m, and the ground is taken as flat.
_LONGEST_M = 20_000.0
#: Length of a degree of latitude, to half a percent.
_DEGREE_M = 111_200.0
#: A box round a track: its margin is as wide as the track's longer side, within these bounds.
_LEAST_MARGIN_M, _MOST_MARGIN_M = 200.0, 5_000.0


@dataclass(frozen=True)
class SourceArea:
    """Where the source may be.

    Attributes:
        name: the file or the key of the config that gives the area.
        scenario: the config's scenario, with the polygon's bounding box as source area.
        polygon_m: the polygon or polygons, east and north in the local frame of `scenario`.
        notes: how the area came about, if that needs saying.
    """

    name: str
    scenario: ScenarioSettings
    polygon_m: Polygon | MultiPolygon
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: AreaSource | None, scenario: ScenarioSettings) -> SourceArea:
        """The polygons of a given area, or `scenario.source_area` if none is given.

        With a given area, the local frame has its origin at the south-western corner of the
        bounding box of the polygons. Without one, it is the scenario's.

        Raises:
            DataError: see `read_area`; or the area is too large.
        """
        if given is None:
            box = Box.of(scenario.source_area, LocalFrame.of(scenario))
            return cls("scenario.source_area", scenario, _rectangle(box))._checked()
        read = read_area(given)
        west_deg, south_deg, east_deg, north_deg = read.polygon_deg.bounds
        moved = _moved(scenario, west_deg, south_deg, east_deg, north_deg)
        found = cls(area_name(given), moved, _to_local(read.polygon_deg, LocalFrame.of(moved)))
        count = len(read.names)
        if count > 1:
            listed = ", ".join(read.names[:5]) + (", ..." if count > 5 else "")
            found = replace(
                found,
                notes=(f"the area is the union of {count} polygons of {found.name} ({listed})",),
            )
        return found._checked()

    @classmethod
    def around(
        cls, track_m: FloatArray, frame: LocalFrame, scenario: ScenarioSettings
    ) -> SourceArea:
        """The box round a track (S, 2) of a local frame, with a margin; for want of a known area.

        The margin is as wide as the longer side L of the track's box. From a distance d beyond a
        track of length L the power varies along it by 20 log₁₀((d + L) / d) dB at the most. For
        d = L these are 6 dB, less than shadowing makes alone. So the flight could not tell a source
        farther out from one at the edge.

        The local frame of the area has its origin at the box's south-western corner.
        """
        low_m, high_m = track_m.min(axis=0), track_m.max(axis=0)
        margin_m = float(np.clip((high_m - low_m).max(), _LEAST_MARGIN_M, _MOST_MARGIN_M))
        corners_m = np.array([low_m - margin_m, high_m + margin_m])
        (south_deg, north_deg), (west_deg, east_deg) = frame.to_geodetic(*corners_m.T)
        moved = _moved(scenario, west_deg, south_deg, east_deg, north_deg)
        box = Box.of(moved.source_area, LocalFrame.of(moved))
        name = f"the box round the track, {margin_m:.0f} m wider on each side"
        return cls(name, moved, _rectangle(box))._checked()

    def _checked(self) -> SourceArea:
        area = self.scenario.source_area
        middle_rad = np.radians((area.south_deg + area.north_deg) / 2.0)
        # By degrees, because the plane of the local frame bends back far away.
        wide_m = _DEGREE_M * np.cos(middle_rad) * ((area.east_deg - area.west_deg) % 360.0)
        high_m = _DEGREE_M * (area.north_deg - area.south_deg)
        if max(wide_m, high_m) > _LONGEST_M:
            raise DataError(
                f"{self.name}: the area is {wide_m / 1000:,.1f} km by "
                f"{high_m / 1000:,.1f} km; {_LONGEST_M / 1000:g} km by "
                f"{_LONGEST_M / 1000:g} km at the most, because the ground is taken as flat. Name "
                "a smaller area (--area, localize.area, scenario.source_area)"
            )
        return self

    @property
    def is_box(self) -> bool:
        """Whether the polygon fills its bounding box, up to a thousandth of its area."""
        outside_m2 = shapely.box(*self.polygon_m.bounds).area - self.polygon_m.area
        return bool(outside_m2 < _SAME_SHARE * self.polygon_m.area)

    @property
    def diagonal_m(self) -> float:
        """Diagonal of the bounding box."""
        west_m, south_m, east_m, north_m = self.polygon_m.bounds
        return float(np.hypot(east_m - west_m, north_m - south_m))

    def holds(self, xy_m: FloatArray) -> BoolArray:
        """Mask (N,) of the places (N, 2) that lie in the area."""
        held: BoolArray = shapely.contains_xy(self.polygon_m, *xy_m.T)
        return held

    def away_m(self, xy_m: FloatArray) -> float:
        """Distance of the nearest of some places (N, 2) from the area; 0 if one is inside."""
        return float(shapely.distance(shapely.multipoints(xy_m), self.polygon_m))

    def to_edge_m(self, xy_m: FloatArray) -> float:
        """Distance of a place (2,) from the edge, whether it lies inside or outside."""
        return float(self.polygon_m.boundary.distance(shapely.Point(xy_m)))

    def nearest_m(self, xy_m: FloatArray) -> FloatArray:
        """The point (2,) of the area nearest to a place (2,); the place itself if it is inside."""
        line = shapely.shortest_line(self.polygon_m, shapely.Point(xy_m))
        return np.asarray(line.coords[0][:2])


def _rectangle(box: Box) -> Polygon:
    return shapely.box(box.west_m, box.south_m, box.east_m, box.north_m)


def _moved(
    scenario: ScenarioSettings, west_deg: float, south_deg: float, east_deg: float, north_deg: float
) -> ScenarioSettings:
    """The scenario with another source area, and its origin at the south-western corner of that.

    Args:
        east_deg: may be above 180 if the area lies across that meridian.
    """
    area = Area(
        south_deg=south_deg,
        north_deg=north_deg,
        west_deg=west_deg,
        east_deg=east_deg - 360.0 if east_deg > 180.0 else east_deg,
    )
    return scenario.model_copy(
        update={
            "origin_latitude_deg": float(south_deg),
            "origin_longitude_deg": float(west_deg),
            "source_area": area,
        }
    )


def _to_local(polygon_deg: shapely.Geometry, frame: LocalFrame) -> shapely.Geometry:
    def local(points_deg: FloatArray) -> FloatArray:
        longitude_deg, latitude_deg = points_deg.T
        return np.column_stack(frame.to_local(latitude_deg, longitude_deg))

    return shapely.transform(polygon_deg, local)
