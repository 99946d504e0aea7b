"""Area files, told by their content: KML, KMZ, GeoJSON, a QGroundControl plan with its geofence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

from rfsl.errors import DataError
from rfsl.fixes.area_kml import kml_polygons
from rfsl.fixes.area_parts import AreaParts, Named
from rfsl.geometry.frames import LocalFrame, first_off_globe

#: What an area file may be, for messages.
KINDS = "KML, KMZ, GeoJSON or a QGroundControl plan (.plan) with a geofence"
#: Limit on an area file, unpacked; a file with some polygons stays far below it.
_MOST_BYTES = 20_000_000
#: Corners of the polygon that stands for a circle.
_CORNERS = 72
#: Objects of GeoJSON that hold others, with the key of those.
_HOLDERS = {
    "FeatureCollection": "features",
    "GeometryCollection": "geometries",
    "Feature": "geometry",
}


@dataclass(frozen=True)
class AreaFile:
    """What an area file says.

    Attributes:
        polygon_deg: longitude and latitude in degrees (WGS-84), without heights. Longitudes are
            continuous: across the 180° meridian they go on above 180.
        names: of the polygons that make it up.
    """

    polygon_deg: Polygon | MultiPolygon
    names: tuple[str, ...]


class GeoShape(Protocol):
    """A shape of shapely, geopandas and others that says what it is in GeoJSON."""

    @property
    def __geo_interface__(self) -> Any: ...


#: An area by its file, or by its shape in longitude and latitude (degrees).
AreaSource = str | Path | Mapping[str, Any] | GeoShape


def area_name(area: AreaSource) -> str:
    """What an area is called: its file without the folder, which is nothing for a result."""
    return Path(area).name if isinstance(area, str | Path) else "the given shape"


def read_area(area: AreaSource) -> AreaFile:
    """The polygons of an area as one: their union, less what a geofence excludes.

    Whatever else the file holds is ignored.

    Args:
        area: the file, told by its content; or GeoJSON as a mapping, or what makes one.

    Raises:
        DataError: the file cannot be read, is of no known kind or has no polygon; a polygon is not
            on the globe, crosses itself or has no area.
    """
    if isinstance(area, str | Path):
        path = Path(area)
        return _joined(path, _parts(path, _content(path)))
    values = area if isinstance(area, Mapping) else area.__geo_interface__
    try:
        parts = _geojson_parts(dict(values))
    except Exception as error:  # what shapely raises on odd coordinates
        raise DataError(f"{area_name(area)}: no GeoJSON ({error})") from error
    return _joined(area_name(area), parts)


def _content(path: Path) -> bytes:
    try:
        size_bytes = path.stat().st_size
        if size_bytes > _MOST_BYTES:
            raise ValueError(f"it has {size_bytes:,} bytes; {_MOST_BYTES:,} at the most")
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: the area cannot be read: {reason}") from error


def _joined(path: Path | str, parts: AreaParts) -> AreaFile:
    """The parts of an area as one area, checked."""
    if not parts.inside:
        counted = ", ".join(f"{count} {what}" for what, count in parts.others.items())
        raise DataError(
            f"{path}: found no polygon in which the source may be"
            + (f"; found {counted}" if counted else "")
            + f". Draw a polygon round the area and export it as {KINDS}"
        )
    named = _continuous(path, [*parts.inside, *parts.outside])
    for name, polygon in named:
        if not polygon.is_valid or polygon.area == 0.0:
            raise DataError(
                f"{path}: polygon {name} is not an area: {shapely.is_valid_reason(polygon)}; draw "
                "it again without crossing its own edge"
            )
    names = tuple(name for name, _ in parts.inside)
    polygons = [polygon for _, polygon in named]
    if len(polygons) == 1:
        return AreaFile(polygons[0], names)
    inside, outside = polygons[: len(names)], polygons[len(names) :]
    area = shapely.difference(shapely.union_all(inside), shapely.union_all(outside))
    if area.is_empty:
        raise DataError(f"{path}: the geofence excludes all that it includes; nothing is left")
    return AreaFile(area, names)


def _parts(path: Path, content: bytes) -> AreaParts:
    """The parts of an area, by the reader for this content."""
    if content.startswith(b"PK"):
        return _of_kml(path, _unpacked(path, content))
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _of_json(path, content)
    return _of_kml(path, content)


def _of_kml(path: Path, content: bytes) -> AreaParts:
    try:
        return kml_polygons(content)
    except Exception as error:  # expat and shapely raise many kinds
        raise DataError(f"{path}: not KML ({error}). An area is read from {KINDS}") from error


def _unpacked(path: Path, content: bytes) -> bytes:
    """The main file of a KMZ: doc.kml, or else its first .kml."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [item for item in archive.namelist() if item.lower().endswith(".kml")]
            if not names:
                raise ValueError("it has no .kml in it")
            main = min(names, key=lambda name: name.lower() != "doc.kml")
            with archive.open(main) as file:
                unpacked = file.read(_MOST_BYTES + 1)
        if len(unpacked) > _MOST_BYTES:
            raise ValueError(f"{main} has more than {_MOST_BYTES:,} bytes")
    except Exception as error:  # zipfile raises many kinds on damaged files
        raise DataError(f"{path}: not KMZ ({error}). An area is read from {KINDS}") from error
    return unpacked


def _of_json(path: Path, content: bytes) -> AreaParts:
    try:
        values = json.loads(content.decode("utf-8-sig"))
        if not isinstance(values, dict):
            raise ValueError(f"found {type(values).__name__}, an object is needed")
        if values.get("fileType") == "Plan" or "geoFence" in values:
            return _fence_parts(values)
        if "type" not in values:
            raise ValueError('it has neither "type" nor "geoFence"')
        return _geojson_parts(values)
    except Exception as error:  # RecursionError, and what shapely raises on odd coordinates
        raise DataError(
            f"{path}: neither GeoJSON nor a QGroundControl plan ({error}). An area is read from "
            f"{KINDS}"
        ) from error


def _geojson_parts(values: Mapping[str, Any]) -> AreaParts:
    parts = AreaParts()
    for number, (name, geometry) in enumerate(_geometries(values, ""), start=1):
        kind = str(geometry.get("type"))
        if kind not in {"Polygon", "MultiPolygon"}:
            parts.count(kind)
            continue
        found = shapely.force_2d(shape(geometry))
        parts.inside.extend((name or f"polygon {number}", p) for p in shapely.get_parts(found))
    return parts


def _geometries(values: Any, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every geometry in an object of GeoJSON, with the name of its feature."""
    if not isinstance(values, dict):
        return
    properties = values.get("properties")
    if isinstance(properties, dict) and properties.get("name"):
        name = str(properties["name"])
    holder = _HOLDERS.get(str(values.get("type")))
    if holder is None:
        yield name, values
        return
    held = values.get(holder)
    for item in held if isinstance(held, list) else [held]:
        yield from _geometries(item, name)


def _fence_parts(values: dict[str, Any]) -> AreaParts:
    """Polygons and circles of a geofence; QGroundControl writes latitude first."""
    parts = AreaParts()
    fence = values.get("geoFence") or {}
    shapes: list[tuple[bool, str, Polygon]] = []
    for number, item in enumerate(fence.get("polygons") or [], start=1):
        corners_deg = np.array(item["polygon"], dtype=float)[:, 1::-1]
        name = f"geofence polygon {number}"
        shapes.append((bool(item.get("inclusion", True)), name, Polygon(corners_deg)))
    for number, item in enumerate(fence.get("circles") or [], start=1):
        latitude_deg, longitude_deg = map(float, item["circle"]["center"])
        polygon = _circle(latitude_deg, longitude_deg, float(item["circle"]["radius"]))
        shapes.append((bool(item.get("inclusion", True)), f"geofence circle {number}", polygon))
    for included, name, polygon in shapes:
        (parts.inside if included else parts.outside).append((name, polygon))
    if parts.outside:
        parts.count("excluded part of the geofence", len(parts.outside))
    mission = values.get("mission") or {}
    if mission.get("items"):
        parts.count("mission item", len(mission["items"]))
    return parts


def _circle(latitude_deg: float, longitude_deg: float, radius_m: float) -> Polygon:
    angle_rad = np.linspace(0.0, 2.0 * np.pi, _CORNERS, endpoint=False)
    north_deg, east_deg = LocalFrame(latitude_deg, longitude_deg).to_geodetic(
        radius_m * np.cos(angle_rad), radius_m * np.sin(angle_rad)
    )
    return Polygon(np.column_stack([east_deg, north_deg]))


def _continuous(path: Path | str, named: Sequence[Named]) -> list[Named]:
    """The polygons with longitudes that do not jump at the 180° meridian.

    Nobody searches half the globe, so polygons that together span 180° or more cross that
    meridian, and 360° are added to their negative longitudes.

    Raises:
        DataError: a polygon is not on the globe, or they span half of it in any case.
    """
    for name, polygon in named:
        longitude_deg, latitude_deg = shapely.get_coordinates(polygon).T
        row = first_off_globe(latitude_deg, longitude_deg)
        if row is None and not np.isfinite(shapely.get_coordinates(polygon)).all():
            row = int(np.argmin(np.isfinite(longitude_deg + latitude_deg)))
        if row is not None:
            raise DataError(
                f"{path}: polygon {name} is not on the globe: {longitude_deg[row]:g},"
                f"{latitude_deg[row]:g}; give the longitude first and then the latitude, in degrees"
            )
    polygons = [polygon for _, polygon in named]
    if _width_deg(polygons) >= 180.0:
        polygons = [shapely.transform(polygon, _wound) for polygon in polygons]
    if _width_deg(polygons) >= 180.0:
        raise DataError(f"{path}: the polygons span more than half the globe; keep those you mean")
    # 190..191 and −170..−169 are the same place.
    turns = np.floor((shapely.total_bounds(polygons)[0] + 180.0) / 360.0)
    return [
        (name, shapely.transform(polygon, lambda points: points - (360.0 * turns, 0.0)))
        for (name, _), polygon in zip(named, polygons, strict=True)
    ]


def _width_deg(polygons: Sequence[Polygon]) -> float:
    west_deg, _, east_deg, _ = shapely.total_bounds(polygons)
    return float(east_deg - west_deg)


def _wound(points_deg: Any) -> Any:
    longitude_deg, latitude_deg = points_deg.T
    return np.column_stack([np.mod(longitude_deg, 360.0), latitude_deg])
