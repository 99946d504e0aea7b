"""Polygons of a KML file, whatever else it holds and in whatever namespace.

A reader of all of KML refuses a file for a width or a date that has nothing to do with the area. So
this one looks at polygons alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from shapely.geometry import Polygon

from rfsl.fixes.area_parts import AreaParts

#: More levels of elements than any export has.
_MOST_LEVELS = 100
#: What else a file may have that somebody could take for an area.
_OTHERS = {
    *("Point", "LineString", "LinearRing", "Track", "MultiTrack", "Model"),
    *("GroundOverlay", "NetworkLink"),
}


def kml_polygons(content: bytes) -> AreaParts:
    """The polygons of a KML file, with the names of their placemarks.

    Raises:
        ExpatError: the content is not XML.
        ValueError: the XML is not KML or not safe to read, or a polygon is damaged.
    """
    root = _tree(content)
    parts = AreaParts()
    names = {
        id(polygon): name.text.strip()
        for placemark in _within(root, "Placemark")
        for name in _children(placemark, "name")
        if name.text and name.text.strip()
        for polygon in _within(placemark, "Polygon")
    }
    for number, polygon in enumerate(_within(root, "Polygon"), start=1):
        name = names.get(id(polygon), f"polygon {number}")
        parts.inside.append((name, _polygon(polygon, name)))
    if not parts.inside:
        if _kind(root) != "kml":
            raise ValueError(f"its first element is {_kind(root)}, and it has no polygon")
        for element in root.iter():
            if _kind(element) in _OTHERS:
                parts.count(_kind(element))
    return parts


def _polygon(element: ElementTree.Element, name: str) -> Polygon:
    outer = [_ring(ring, name) for ring in _children(element, "outerBoundaryIs")]
    inner = [_ring(ring, name) for ring in _children(element, "innerBoundaryIs")]
    if len(outer) != 1:
        raise ValueError(f"polygon {name} has {len(outer)} outer boundaries; one is needed")
    return Polygon(outer[0], inner)


def _ring(boundary: ElementTree.Element, name: str) -> list[tuple[float, float]]:
    """Longitude and latitude of the corners of a boundary."""
    text = " ".join(found.text or "" for found in _within(boundary, "coordinates"))
    points = []
    for word in re.sub(r"\s*,\s*", ",", text).split():
        try:
            longitude_deg, latitude_deg, *height_m = map(float, word.split(","))
            if len(height_m) > 1:
                raise ValueError
        except ValueError:
            raise ValueError(
                f"polygon {name} has the corner {word[:40]!r}; longitude,latitude or "
                "longitude,latitude,height with decimal points are needed"
            ) from None
        points.append((longitude_deg, latitude_deg))
    if len(points) < 3:
        raise ValueError(f"polygon {name} has {len(points)} corners; three or more are needed")
    return points


def _kind(element: ElementTree.Element) -> str:
    """Name of an element without its prefix."""
    return str(element.tag).rpartition(":")[2]


def _within(element: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    return (found for found in element.iter() if _kind(found) == kind)


def _children(element: ElementTree.Element, kind: str) -> Iterator[ElementTree.Element]:
    return (found for found in element if _kind(found) == kind)


def _tree(content: bytes) -> ElementTree.Element:
    """The elements of an XML file, which may use prefixes that it does not declare.

    A document type can define entities that grow without end or name other files; whether they are
    followed depends on the library. Elements nested in thousands of levels exhaust the stack.

    Raises:
        ExpatError: the content is not XML.
        ValueError: it has a document type, which no KML file needs, or is nested too deeply.
    """
    parser, builder, depth = expat.ParserCreate(), ElementTree.TreeBuilder(), 0

    def refuse(*_: object) -> None:
        raise ValueError("it has a document type (<!DOCTYPE>), which a KML file must not have")

    def enter(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_LEVELS:
            raise ValueError(f"its elements are nested in more than {_MOST_LEVELS} levels")
        builder.start(tag, attributes)

    def leave(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    parser.CharacterDataHandler = builder.data
    parser.Parse(content, True)
    return builder.close()
