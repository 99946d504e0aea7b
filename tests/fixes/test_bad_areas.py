"""A wrong area is one error that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bad_values import STABLE, one_error
from support.user_files import (
    KML_HEAD,
    flight_log,
    polygon_kml,
)

from rfsl import cli
from rfsl.fixes.area_files import read_area

CORNERS_M = [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)]


@STABLE
@given(content=st.binary(max_size=200), whole=st.booleans(), share=st.floats(0, 1))
def test_damaged_areas(tmp_path: Path, content: bytes, whole: bool, share: float) -> None:
    path = polygon_kml(tmp_path / "area.kml", CORNERS_M)
    good = path.read_bytes()
    at = int(share * len(good))
    path.write_bytes(content if whole else good[:at] + content[:2] + good[at + 1 :])
    told = one_error(lambda: read_area(path))
    assert told is None or "area.kml" in told


@STABLE
@given(points=st.lists(st.sampled_from(
    ["0,0", "1,1", "nan,0", "inf,0", "1e308,0", "35.7,-178", "x", "1", "1,2,3", "1;2", "-78,7,35,7"]
), max_size=6))  # fmt: skip
def test_odd_coordinates(tmp_path: Path, points: list[str]) -> None:
    path = tmp_path / "area.kml"
    path.write_text(
        f"{KML_HEAD}<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{' '.join([*points, *points[:1]])}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
        "</Placemark></Document></kml>"
    )
    told = one_error(lambda: read_area(path))
    assert told is None or "area.kml" in told


def test_areas_that_are_too_large_or_swapped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = flight_log(tmp_path / "my.csv")
    large = polygon_kml(
        tmp_path / "large.kml", [(0, 0), (60_000, 0), (60_000, 60_000), (0, 60_000)]
    )
    swapped = tmp_path / "swapped.kml"
    near = polygon_kml(tmp_path / "near.kml", CORNERS_M).read_text()
    head, inside = near.split("<coordinates>")
    points, tail = inside.split("</coordinates>")
    turned = [",".join(reversed(point.split(",")[:2])) for point in points.split()]
    swapped.write_text(f"{head}<coordinates>{' '.join(turned)}</coordinates>{tail}")
    for area, told in (
        (large, "km; 20 km by 20 km at the most, because the ground is taken as flat"),
        (swapped, "km away from the area"),
    ):
        arguments = ["localize", str(log), "--area", str(area), "--output", str(tmp_path / "out")]
        assert cli.main(arguments) == cli.MISTAKE
        assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
