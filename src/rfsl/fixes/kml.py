"""A fix as KML, for ground-control stations."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from shapely.geometry import Point

from rfsl.fixes.wording import headline, rows

with warnings.catch_warnings():
    # fastkml warns that it writes XML without line breaks if lxml is not installed.
    warnings.simplefilter("ignore")
    from fastkml import KML, Document, Placemark, Style, StyleUrl
    from fastkml.enums import AltitudeMode
    from fastkml.geometry import create_kml_geometry
    from fastkml.styles import LineStyle, PolyStyle

#: Colours of outline and fill in the order of KML: aabbggrr.
_COLORS = {
    "region_50": ("ff005ed5", "80005ed5"),
    "region_90": ("ff009fe6", "40009fe6"),
    "track": ("ffb27200", "00ffffff"),
    "area": ("ff739e00", "00ffffff"),
}


def fix_kml(record: Mapping[str, Any], places: Mapping[str, Any]) -> str:
    """A fix as KML: the point with its description, the regions, the track, the area.

    Every part of a region or area is a placemark of its own, because some stations read only single
    polygons.

    Args:
        record: see `fix_record`.
        places: see `geodetic_shapes`.
    """
    styles = [
        Style(
            id=f"{name}_style",
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
    lines = shapely.get_parts(places["track"])
    for number, line in enumerate(lines, start=1):
        key = "track" if len(lines) == 1 else f"track_{number}"
        yield _shape("track", key, key.replace("_", " "), line, AltitudeMode.relative_to_ground)
    name = f"area of the source ({record['area']['name']})"
    parts = shapely.get_parts(places["area"])
    for number, part in enumerate(parts, start=1):
        yield _shape("area", "area" if len(parts) == 1 else f"area_{number}", name, part)


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
        style_url=StyleUrl(url=f"#{style}_style"),
        kml_geometry=create_kml_geometry(found, tessellate=draped, altitude_mode=altitude_mode),
    )
