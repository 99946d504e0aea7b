"""A fix as KML, for ground-control stations."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from math import cos, radians
from typing import Any

import shapely
from shapely.geometry import Point

from rfsl.fixes.wording import headline, rows

with warnings.catch_warnings():
    # fastkml warns that it writes XML without line breaks if lxml is not installed.
    warnings.simplefilter("ignore")
    from fastkml import KML, Document, Folder, LookAt, Placemark, Style, StyleUrl
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
#: Length of a degree of latitude.
_DEGREE_M = 111_320.0


def fix_kml(record: Mapping[str, Any], places: Mapping[str, Any]) -> str:
    """A fix as KML: folders with the positions, the regions, the track and the area.

    A globe looks at the area from above. The first folder has the estimate with its description
    and, if there are several, each place with its probability. Every part of a region or area is a
    placemark of its own, because some stations read only single polygons.

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
        id="fix",
        name=title,
        styles=styles,
        view=_camera(record, places),
        features=[
            Folder(id=f"folder_{number}", name=name, features=features)
            for number, (name, features) in enumerate(_folders(record, places), start=1)
            if features
        ],
    )
    # Some stations expect element names without a prefix.
    text = KML(features=[document]).to_string(prettyprint=False, precision=7)
    plain = text.replace("<kml:", "<").replace("</kml:", "</").replace("xmlns:kml=", "xmlns=")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + plain.replace("><", ">\n<") + "\n"


def _camera(record: Mapping[str, Any], places: Mapping[str, Any]) -> LookAt:
    """A view from above, from as high up as track and area are wide."""
    west, south, east, north = shapely.union_all([places["track"], places["area"]]).bounds
    wide_m = _DEGREE_M * max(north - south, (east - west) * cos(radians((south + north) / 2.0)))
    target = record["position"]
    return LookAt(
        longitude=(west + east) / 2.0 if target is None else target["longitude_deg"],
        latitude=(south + north) / 2.0 if target is None else target["latitude_deg"],
        altitude=0.0,
        heading=0.0,
        tilt=0.0,
        range=1.5 * wide_m,
        altitude_mode=AltitudeMode.clamp_to_ground,
    )


def _folders(
    record: Mapping[str, Any], places: Mapping[str, Any]
) -> Iterator[tuple[str, list[Placemark]]]:
    yield "Position", [*_positions(record)]
    yield "Regions", [*_regions(record, places)]
    lines = shapely.get_parts(places["track"])
    keys = ["track"] if len(lines) == 1 else [f"track_{n}" for n in range(1, len(lines) + 1)]
    over_ground = AltitudeMode.relative_to_ground
    yield (
        "Track",
        [
            _shape("track", key, key.replace("_", " "), line, over_ground)
            for key, line in zip(keys, lines, strict=True)
        ],
    )
    parts = shapely.get_parts(places["area"])
    keys = ["area"] if len(parts) == 1 else [f"area_{n}" for n in range(1, len(parts) + 1)]
    name = f"area of the source ({record['area']['name']})"
    yield "Area", [_shape("area", key, name, p) for key, p in zip(keys, parts, strict=True)]


def _positions(record: Mapping[str, Any]) -> Iterator[Placemark]:
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
    for number, place in enumerate(record["places"] if len(record["places"]) > 1 else [], start=1):
        yield Placemark(
            id=f"place_{number}",
            name=f"{100 * place['probability']:.0f} %",
            description=f"place with this probability, within {place['radius_m']:.0f} m",
            kml_geometry=create_kml_geometry(Point(place["longitude_deg"], place["latitude_deg"])),
        )


def _regions(record: Mapping[str, Any], places: Mapping[str, Any]) -> Iterator[Placemark]:
    for region, found in zip(record["regions"], places["regions"], strict=True):
        percent = f"{100 * region['probability']:.0f}"
        parts = shapely.get_parts(found)
        for number, part in enumerate(parts, start=1):
            name = f"{percent} % region" + (f", part {number}" if len(parts) > 1 else "")
            yield _shape(f"region_{percent}", f"region_{percent}_{number}", name, part)


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
