"""KML: reads the area of the source, and writes a fix for ground-control stations."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np
import shapely
from shapely.geometry import Point, Polygon, shape

from rfsl.errors import DataError
from rfsl.fixes.wording import headline, rows
from rfsl.geometry.frames import first_off_globe

with warnings.catch_warnings():
    # fastkml warns that it writes XML without line breaks, because lxml is not installed.
    warnings.simplefilter("ignore")
    from fastkml import KML, Document, Placemark, Style, StyleUrl
    from fastkml.enums import AltitudeMode
    from fastkml.geometry import create_kml_geometry
    from fastkml.styles import LineStyle, PolyStyle
    from fastkml.utils import find_all

# What fastkml logs is in the error message as well.
logging.getLogger("fastkml").addHandler(logging.NullHandler())

#: Limits on a KML file; a file with one polygon stays far below them.
_MOST_BYTES, _MOST_LEVELS = 20_000_000, 100
#: Colours of outline and fill in the order of KML: aabbggrr.
_COLORS = {
    "region_50": ("ff005ed5", "80005ed5"),
    "region_90": ("ff009fe6", "40009fe6"),
    "track": ("ffb27200", "00ffffff"),
    "area": ("ff739e00", "00ffffff"),
}


def read_polygon(path: str | Path) -> Polygon:
    """The one polygon of a KML file: longitude and latitude in degrees (WGS-84), without heights.

    Raises:
        DataError: the file cannot be read or is not KML; it has no polygon or several; the polygon
            is not on the globe, crosses itself or has no area.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path}: cannot be read as KML: {reason}") from error
    try:
        _check_xml(content)
        document = KML.parse(io.BytesIO(content))
    except Exception as error:  # fastkml raises many kinds of errors on XML that is not KML
        raise DataError(
            f"{path}: not KML ({error}). Export the area as .kml (a .kmz is a zip file with the "
            ".kml in it)"
        ) from error
    found: list[tuple[str, Polygon]] = []
    for placemark in find_all(document, of_type=Placemark):
        if not isinstance(placemark, Placemark) or placemark.geometry is None:
            continue
        try:
            geometry = shapely.force_2d(shape(placemark.geometry))
        except Exception as error:  # as above
            raise DataError(f"{path}: {placemark.name or 'a placemark'}: {error}") from error
        parts = shapely.get_parts(geometry)
        found += [(placemark.name or "(no name)", p) for p in parts if isinstance(p, Polygon)]
    if len(found) != 1:
        names = f" ({', '.join(name for name, _ in found)})" if found else ""
        raise DataError(
            f"{path}: found {len(found) or 'no'} polygon{'s' if found else ''}{names}; the file "
            "must have exactly one polygon, in which the source may be, in the namespace "
            '"http://www.opengis.net/kml/2.2"'
        )
    name, polygon = found[0]
    longitude_deg, latitude_deg = shapely.get_coordinates(polygon).T
    row = first_off_globe(latitude_deg, longitude_deg)
    if row is not None or not np.isfinite(polygon.area):
        raise DataError(
            f"{path}: polygon {name} is not on the globe: "
            f"{longitude_deg[row or 0]:g},{latitude_deg[row or 0]:g}; give longitude and latitude "
            "in degrees"
        )
    if not polygon.is_valid or polygon.area == 0.0:
        raise DataError(
            f"{path}: polygon {name} is not an area: {shapely.is_valid_reason(polygon)}; draw it "
            "again without crossing its own edge"
        )
    return polygon


def _check_xml(content: bytes) -> None:
    """Refuse content that is not XML, and XML that no KML file needs.

    A document type can define entities that grow without end or name other files; whether they are
    followed depends on the library. Elements nested in thousands of levels exhaust the stack.

    Raises:
        ExpatError: the content is not XML.
        ValueError: it is too large, has a document type, or is nested too deeply.
    """
    if len(content) > _MOST_BYTES:
        raise ValueError(f"it has {len(content):,} bytes; {_MOST_BYTES:,} at the most")
    parser, depth = expat.ParserCreate(), 0

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type (<!DOCTYPE>), which a KML file must not have")

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_LEVELS:
            raise ValueError(f"its elements are nested in more than {_MOST_LEVELS} levels")

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    parser.Parse(content, True)


def fix_kml(record: Mapping[str, Any], places: Mapping[str, Any]) -> str:
    """A fix as KML: the point with its description, the regions, the track, the area.

    Every part of a region is a placemark of its own, because some stations read only single
    polygons.

    Args:
        record: see `fix_record`.
        places: see `geodetic_shapes`.
    """
    styles = [
        Style(
            id=name,
            styles=[LineStyle(color=line, width=2.0), PolyStyle(color=fill, fill=fill[:2] != "00")],
        )
        for name, (line, fill) in _COLORS.items()
    ]
    title = headline(record)
    document = Document(
        id="fix", name=title, styles=styles, features=[*_placemarks(record, places)]
    )
    # Some stations expect element names without a prefix.
    text = KML(features=[document]).to_string(prettyprint=False, precision=7)
    plain = text.replace("<kml:", "<").replace("</kml:", "</").replace("xmlns:kml=", "xmlns=")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + plain.replace("><", ">\n<") + "\n"


def _placemarks(record: Mapping[str, Any], places: Mapping[str, Any]) -> Iterator[Placemark]:
    told = "\n".join(f"{name}: {value}" for name, value in rows(record))
    told = "\n".join([told, *record["notes"]])
    if record["position"] is not None:
        point = (record["position"]["longitude_deg"], record["position"]["latitude_deg"])
        yield Placemark(
            id="estimate",
            name=headline(record),
            description=told,
            kml_geometry=create_kml_geometry(Point(*point)),
        )
    for region, found in zip(record["regions"], places["regions"], strict=True):
        percent = f"{100 * region['probability']:.0f}"
        parts = shapely.get_parts(found)
        for number, part in enumerate(parts, start=1):
            name = f"{percent} % region" + (f", part {number}" if len(parts) > 1 else "")
            yield _shape(f"region_{percent}", f"region_{percent}_{number}", name, part)
    yield _shape("track", "track", "track", places["track"], AltitudeMode.relative_to_ground)
    yield _shape("area", "area", f"area of the source ({record['area']['name']})", places["area"])


def _shape(
    style: str,
    key: str,
    name: str,
    found: shapely.Geometry,
    altitude_mode: AltitudeMode = AltitudeMode.clamp_to_ground,
) -> Placemark:
    draped = altitude_mode is AltitudeMode.clamp_to_ground
    return Placemark(
        id=key,
        name=name,
        style_url=StyleUrl(url=f"#{style}"),
        kml_geometry=create_kml_geometry(found, tessellate=draped, altitude_mode=altitude_mode),
    )
