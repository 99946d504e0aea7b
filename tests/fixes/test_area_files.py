"""Area files of every kind, told by their content: the same area whatever stands beside it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box, mapping
from support.bad_values import STABLE, one_error

from rfsl.config.config import Config
from rfsl.errors import DataError
from rfsl.fixes.area_files import read_area
from rfsl.fixes.areas import SourceArea
from rfsl.geometry.frames import LocalFrame

SCENARIO = Config().scenario
#: Longitude and latitude.
CORNERS = [(20.001, 10.002), (20.004, 10.002), (20.004, 10.005), (20.001, 10.004)]
SQUARE = Polygon(CORNERS)
NORTH = Polygon([(x, y + 0.002) for x, y in CORNERS])


def ring(polygon: Polygon, comma: str = ",") -> str:
    return " ".join(f"{x:.6f}{comma}{y:.6f}{comma}0" for x, y in polygon.exterior.coords)


def placemark(polygon: Polygon, name: str = "field", comma: str = ",") -> str:
    return (
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{ring(polygon, comma)}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def kml(*inside: str, space: str = ' xmlns="http://www.opengis.net/kml/2.2"') -> bytes:
    return f'<?xml version="1.0"?><kml{space}><Document>{"".join(inside)}</Document></kml>'.encode()


def kmz(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def plan(polygons: list[Any], circles: list[Any] | None = None) -> bytes:
    fence = {"polygons": polygons, "circles": circles or [], "version": 2}
    mission = {"items": [{"type": "SimpleItem"}] * 3}
    return json.dumps({"fileType": "Plan", "geoFence": fence, "mission": mission}).encode()


def fence(polygon: Polygon, *, inclusion: bool = True) -> dict[str, Any]:
    corners = [[y, x] for x, y in polygon.exterior.coords[:-1]]
    return {"inclusion": inclusion, "polygon": corners, "version": 1}


def feature(geometry: Any, name: str = "field") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry}


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


ONE_POINT = "<Placemark><gx:Track><gx:coord>20 10 0</gx:coord></gx:Track></Placemark>"
WIDTH = "<Style><LineStyle><width>2px</width></LineStyle></Style>"
DATE = "<Placemark><TimeStamp><when>22/11/2023</when></TimeStamp></Placemark>"
LINE = "<Placemark><LineString><coordinates>20.0</coordinates></LineString></Placemark>"
OTHERS = [{"type": "Point", "coordinates": [1, 2]}, {"type": "LineString", "coordinates": []}]
COLLECTION = {"type": "FeatureCollection", "features": [feature(mapping(SQUARE))]}
FIELD, GEOMETRY = placemark(SQUARE), mapping(SQUARE)


@pytest.mark.parametrize(
    "content",
    [
        kml(FIELD),
        kml(ONE_POINT, WIDTH, DATE, LINE, FIELD),  # with a prefix that is not declared
        kml(FIELD, space=""),
        kml(FIELD, space=' xmlns="http://earth.google.com/kml/2.1"'),
        kml(FIELD).replace(b"<", b"<k:").replace(b"<k:/", b"</k:").replace(b"<k:?", b"<?"),
        b"\xef\xbb\xbf" + kml(FIELD),
        kml(FIELD).decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"),
        kml(placemark(SQUARE, comma=", ")),
        kml(FIELD, FIELD),
        kmz(doc_kml=kml(FIELD), a_kml=kml(placemark(NORTH)), icon_png=b"x"),
        kmz(area_KML=kml(FIELD)),
        json.dumps(mapping(SQUARE)).encode(),
        b" \n" + json.dumps({"type": "MultiPolygon", "coordinates": [[CORNERS]]}).encode(),
        json.dumps(feature(mapping(SQUARE))).encode(),
        b"\xef\xbb\xbf" + json.dumps(COLLECTION).encode(),
        json.dumps(
            {**COLLECTION, "features": [*map(feature, [None, *OTHERS]), *COLLECTION["features"]]}
        ).encode(),
        json.dumps({"type": "GeometryCollection", "geometries": [*OTHERS, GEOMETRY]}).encode(),
        plan([fence(SQUARE)]),
    ],
)  # fmt: skip
def test_the_same_area_in_every_kind_of_file(tmp_path: Path, content: bytes) -> None:
    """The name of the file says nothing."""
    read = read_area(write(tmp_path / "area.txt", content))
    assert shapely.normalize(read.polygon_deg).equals_exact(shapely.normalize(SQUARE), 1e-6)


@pytest.mark.parametrize(
    "content",
    [
        kml(FIELD, placemark(NORTH, "north")),
        json.dumps(
            {"type": "FeatureCollection", "features": [
                feature(mapping(SQUARE)), feature(mapping(NORTH), "north")]}
        ).encode(),
        plan([fence(SQUARE), fence(NORTH)]),
    ],
)  # fmt: skip
def test_several_polygons_are_their_union(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "two.kml", content)
    union = shapely.union(SQUARE, NORTH)
    assert shapely.symmetric_difference(read_area(path).polygon_deg, union).area < 1e-9
    area = SourceArea.of(path, SCENARIO)
    (note,) = area.notes
    assert "the union of 2 polygons of two.kml (" in note
    single = SourceArea.of(write(tmp_path / "one.kml", kml(FIELD)), SCENARIO)
    assert single.notes == ()
    assert single.polygon_m.area < area.polygon_m.area < 2.0 * single.polygon_m.area


def test_parts_that_lie_apart_are_one_area(tmp_path: Path) -> None:
    far = Polygon([(x + 0.01, y) for x, y in CORNERS])
    area = SourceArea.of(write(tmp_path / "two.kml", kml(FIELD, placemark(far))), SCENARIO)
    assert len(shapely.get_parts(area.polygon_m)) == 2 and not area.is_box
    between_m = np.array(shapely.centroid(area.polygon_m).coords)
    assert not area.holds(between_m)[0] and area.away_m(between_m) > 100.0


def test_a_geofence_with_a_circle_and_what_it_excludes(tmp_path: Path) -> None:
    circle = {"circle": {"center": [-33.9, 151.2], "radius": 200.0}, "inclusion": True}
    hole = {"circle": {"center": [-33.9, 151.2], "radius": 50.0}, "inclusion": False}
    area = SourceArea.of(write(tmp_path / "mine.plan", plan([], [circle, hole])), SCENARIO)
    assert area.polygon_m.area == pytest.approx(np.pi * (200.0**2 - 50.0**2), rel=0.01)
    assert area.polygon_m.bounds == pytest.approx((0.0, 0.0, 400.0, 400.0), abs=1.0)
    both = plan([fence(SQUARE), fence(SQUARE, inclusion=False)])
    with pytest.raises(DataError, match="the geofence excludes all"):
        read_area(write(tmp_path / "none.plan", both))


class HasShape:
    """As geopandas and others have it."""

    __geo_interface__ = COLLECTION


@pytest.mark.parametrize("given", [SQUARE, COLLECTION, GEOMETRY, HasShape()])
def test_an_area_may_be_a_shape(given: Any) -> None:
    assert read_area(given).polygon_deg.equals(SQUARE)
    assert SourceArea.of(given, SCENARIO).name == "the given shape"


@pytest.mark.parametrize("given", [shapely.Point(1, 2), {}, {"type": "Polygon"}])
def test_a_shape_without_an_area_is_refused(given: Any) -> None:
    with pytest.raises(DataError, match="the given shape: "):
        read_area(given)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (kml(ONE_POINT, LINE, LINE), "found no polygon .*; found 1 Track, 2 LineString. Draw"),
        (kml(), r"found no polygon in which the source may be\. Draw"),
        (kmz(doc_kml=kml(LINE)), "found no polygon .*found 1 LineString"),
        (kmz(a_txt=b"x"), r"not KMZ \(it has no .kml in it\)"),
        (b"PK\x03\x04 damaged", "not KMZ"),
        (json.dumps(OTHERS[0]).encode(), "found no polygon .*found 1 Point"),
        (b"[1, 2]", "neither GeoJSON nor a QGroundControl plan .found list"),
        (b'{"a": 1}', 'has neither "type" nor "geoFence"'),
        (b'{"type": "Polygon", "coordinates": [[[1, "x"]]]}', "neither GeoJSON nor"),
        (b'{"a": ' * 100_000, "neither GeoJSON nor"),
        (plan([]), "found no polygon .*found 3 mission item"),
        (plan([fence(SQUARE, inclusion=False)]), "found 1 excluded part of the geofence"),
        (b"<gpx><trk/></gpx>", "not KML .its first element is gpx"),
        (kml(FIELD).replace(b"20.004000,", b"20.004000;"), "polygon field has the corner '20.004"),
        (kml(FIELD).replace(b"20.004000,", b"20,004000,"), "polygon field has the corner '20,004"),
        (kml("<Polygon/>"), "polygon polygon 1 has 0 outer boundaries"),
        (kml(placemark(Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))), "polygon field is not an area"),
        (kml(placemark(Polygon([(400, 0), (401, 1), (401, 0)]))), "is not on the globe: 400,0"),
        (kml(*(placemark(box(x, 0, x + 70, 1)) for x in (-170, -35, 100))), "half the globe"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(DataError, match=told) as error:
        read_area(write(tmp_path / "mine.kml", content))
    assert "mine.kml" in str(error.value)


@STABLE
@given(
    kind=st.sampled_from([kmz(doc_kml=kml(FIELD)), json.dumps(COLLECTION).encode(),
        plan([fence(SQUARE)], [{"circle": {"center": [10, 20], "radius": 5}, "inclusion": True}])]),
    share=st.floats(0, 1), content=st.binary(max_size=3),
)  # fmt: skip
def test_damaged_files(tmp_path: Path, kind: bytes, share: float, content: bytes) -> None:
    at = int(share * len(kind))
    path = write(tmp_path / "area", kind[:at] + content + kind[at + 1 :])
    told = one_error(lambda: read_area(path))
    assert told is None or "area" in told


@pytest.mark.parametrize("east_deg", [0.3, 90.0, 179.0, 179.95])
def test_an_area_is_too_large_at_any_distance(tmp_path: Path, east_deg: float) -> None:
    """At the equator, the far end of the plane of the local frame comes back to its origin."""
    thin = Polygon([(0.0, 0.0), (east_deg, 0.0), (east_deg, 0.01), (0.0, 0.02)])
    path = write(tmp_path / "area", kml(placemark(thin)))
    with pytest.raises(DataError, match=r"km by 2\.2 km; 20 km by 20 km at the most"):
        SourceArea.of(path, SCENARIO)


# Across the 180° meridian


def local_area(path: Path, corners: list[tuple[float, float]], *, geojson: bool) -> SourceArea:
    polygon = Polygon(corners)
    content = json.dumps(mapping(polygon)).encode() if geojson else kml(placemark(polygon))
    return SourceArea.of(write(path / "area", content), SCENARIO)


@STABLE
@given(
    longitude_deg=st.one_of(st.floats(-180.0, 360.0), st.floats(179.99, 180.0)),
    latitude_deg=st.floats(-60.0, 60.0),
    wrap=st.sampled_from(["half", "whole", "none"]),
    geojson=st.booleans(),
)
def test_an_area_is_the_same_at_every_longitude(
    tmp_path: Path, longitude_deg: float, latitude_deg: float, wrap: str, geojson: bool
) -> None:
    """Written within ±180°, within 0° to 360°, or going on above 180°; in both hemispheres."""
    shapes = []
    for west_deg in (0.0, longitude_deg):
        corners = [(x - 20.0 + west_deg, y - 10.0 + latitude_deg) for x, y in CORNERS]
        if wrap == "half":
            corners = [((x + 180.0) % 360.0 - 180.0, y) for x, y in corners]
        elif wrap == "whole" or max(x for x, _ in corners) > 360.0:
            corners = [(x % 360.0, y) for x, y in corners]
        area = local_area(tmp_path, corners, geojson=geojson)
        shapes.append(area.polygon_m)
        assert -180.0 <= area.scenario.origin_longitude_deg <= 180.0
    assert shapely.symmetric_difference(*shapes).area < 0.001 * shapes[0].area
    assert shapes[1].bounds == pytest.approx(shapes[0].bounds, abs=0.01)


def test_a_polygon_that_was_cut_at_the_meridian(tmp_path: Path) -> None:
    """As RFC 7946 asks for: two polygons that meet at ±180°."""
    cut = shapely.MultiPolygon([box(179.998, 5.0, 180.0, 5.002), box(-180.0, 5.0, -179.997, 5.002)])
    path = write(tmp_path / "cut.geojson", json.dumps(mapping(cut)).encode())
    area = SourceArea.of(path, SCENARIO)
    frame = LocalFrame(5.0, 0.0)
    east_m, north_m = map(float, frame.to_local(5.002, 0.005))
    assert area.polygon_m.geom_type == "Polygon" and area.is_box
    assert area.polygon_m.bounds == pytest.approx((0.0, 0.0, east_m, north_m), abs=0.1)
