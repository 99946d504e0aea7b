"""From one flight log to a fix: every file of it, and every mistake a user can make."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape
from support.flights import TRUTH, calibrated, calibration_flight
from support.logs import with_positions
from support.user_files import FRAME, OVERLAY, SOURCE_XY_M, flight_log, polygon_kml

from rfsl import cli
from rfsl.config.config import Config
from rfsl.errors import ConfigError, DataError
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.cautions import _jump
from rfsl.fixes.choice import choose_mode
from rfsl.fixes.held import held_elsewhere
from rfsl.fixes.kml import KML, Placemark
from rfsl.fixes.output import OUTPUTS
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.records import write_json
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.regions import places
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.workflow.plan.plan import Plan

CONFIG = Config()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log, and in `out` what the command makes of it."""
    folder = tmp_path_factory.mktemp("fix")
    (folder / "mine.yaml").write_text(OVERLAY)
    log = flight_log(folder / "my & flight.csv")
    arguments = ["localize", str(log), "--output", str(folder / "out")]
    assert cli.main([*arguments, "--config", str(folder / "mine.yaml")]) == cli.FOUND
    return folder


def record_of(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((folder / "fix.json").read_text())
    return record


def local(geometry: dict[str, Any], record: dict[str, Any]) -> shapely.Geometry:
    """A GeoJSON geometry in the fix's own local frame."""
    origin = record["local_frame"]
    frame = LocalFrame(origin["origin_latitude_deg"], origin["origin_longitude_deg"])
    return shapely.transform(
        shape(geometry), lambda p: np.column_stack(frame.to_local(p[:, 1], p[:, 0]))
    )


def test_the_record(made: Path) -> None:
    record = record_of(made / "out")
    assert {path.name for path in (made / "out").iterdir()} == set(OUTPUTS)
    assert record["usable"] and record["reason"] == ""
    place_m = (record["position"]["x_m"], record["position"]["y_m"])
    assert np.hypot(*np.subtract(place_m, SOURCE_XY_M)) < 40.0
    latitude_deg, longitude_deg = FRAME.to_geodetic(*place_m)
    assert record["position"]["latitude_deg"] == pytest.approx(float(latitude_deg), abs=1e-6)
    assert record["position"]["longitude_deg"] == pytest.approx(float(longitude_deg), abs=1e-6)
    assert 1.0 < record["expected_error_m"] < 60.0
    assert [r["probability"] for r in record["regions"]] == [0.5, 0.9]
    shapes = [local(r["geometry"], record) for r in record["regions"]]
    for found, told_of in zip(shapes, record["regions"], strict=True):
        assert found.area == pytest.approx(told_of["area_m2"], rel=0.01)
        assert found.is_valid
    assert shapes[1].covers(shapely.Point(place_m))
    assert shapes[1].buffer(0.1).covers(shapes[0])
    assert record["estimator"] == {
        "mode": "kriging_free_space",
        "label": "kriging, free space",
        "calibration": None,
        "calibrated_on": [],
    }
    assert record["samples"] == 3000 and record["samples_used"] <= 2850
    assert record["duration_s"] == pytest.approx(599.8)
    notes = "\n".join(record["notes"])
    for text in (
        "roll_deg, pitch_deg, yaw_deg not logged",
        "samples without lock (quality up to 57 dB) are not used",
        "kriging_calibrated is not used: it needs a calibration on real flights, and the results "
        "have no calibration/all.json",
        "kriging_free_space is used instead",
    ):
        assert text in notes


def test_geojson_is_rfc_7946(made: Path) -> None:
    features = json.loads((made / "out/fix.geojson").read_text())
    assert features["type"] == "FeatureCollection"
    by_name: dict[str, list[Any]] = {}
    for feature in features["features"]:
        assert feature["type"] == "Feature"
        by_name.setdefault(feature["properties"]["what"], []).append(feature)
        geometry = shape(feature["geometry"])
        west_deg, south_deg, east_deg, north_deg = geometry.bounds
        assert -78.71 < west_deg <= east_deg < -78.69  # longitude first
        assert 35.72 < south_deg <= north_deg < 35.74
        for part in shapely.get_parts(geometry):
            if part.geom_type == "Polygon":
                assert part.exterior.is_closed and part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)
    assert {name: len(found) for name, found in by_name.items()} == {
        "fix": 1,
        "region": 2,
        "track": 1,
        "area": 1,
    }
    record = record_of(made / "out")
    fix = by_name["fix"][0]
    assert fix["properties"]["expected_error_m"] == record["expected_error_m"]
    assert fix["geometry"]["coordinates"] == [
        record["position"]["longitude_deg"],
        record["position"]["latitude_deg"],
    ]
    assert len(by_name["track"][0]["geometry"]["coordinates"]) < 300


def test_kml_is_read_by_a_station(made: Path) -> None:
    path = made / "out/fix.kml"
    record = record_of(made / "out")
    (document,) = KML.parse(path).features
    assert [folder.name for folder in document.features] == ["Position", "Regions", "Track", "Area"]
    found = [p for folder in document.features for p in folder.features]
    placemarks = {p.id: p for p in found if isinstance(p, Placemark)}
    assert document.view.latitude == pytest.approx(record["position"]["latitude_deg"], abs=1e-6)
    assert 300.0 < document.view.range < 5000.0
    assert {"estimate", "region_50_1", "region_90_1", "track", "area"} <= set(placemarks)
    point = placemarks["estimate"].geometry
    assert point.x == pytest.approx(record["position"]["longitude_deg"], abs=1e-6)
    assert point.y == pytest.approx(record["position"]["latitude_deg"], abs=1e-6)
    assert "Expected error" in placemarks["estimate"].description
    assert "my & flight.csv" in placemarks["estimate"].description
    parts = [p for name, p in placemarks.items() if name.startswith("region_90")]
    area_m2 = sum(local(p.geometry.__geo_interface__, record).area for p in parts)
    assert area_m2 == pytest.approx(record["regions"][1]["area_m2"], rel=0.01)
    # Every id occurs once, and every style that is named is there.
    root = ElementTree.parse(path)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    urls = {e.text for e in root.iter("{http://www.opengis.net/kml/2.2}styleUrl")}
    assert urls and urls <= {f"#{name}" for name in ids}
    # Without a prefix, and the track at its height above ground.
    assert "<Placemark" in path.read_text() and "kml:" not in path.read_text()
    space = "{http://www.opengis.net/kml/2.2}"
    modes = [e.text for e in ElementTree.parse(path).iter(f"{space}altitudeMode")]
    assert modes.count("relativeToGround") == 1


class Page(HTMLParser):
    """Holds every open tag against its end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v or "" for k, v in attrs if k in {"src", "href", "xlink:href"}]
        if tag not in {"meta", "br", "link"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v or "" for k, v in attrs if k in {"src", "href", "xlink:href"}]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_needs_nothing_from_elsewhere(made: Path) -> None:
    text = (made / "out/map.html").read_text()
    page = Page()
    page.feed(text)
    assert page.open == []
    record, seen = record_of(made / "out"), "".join(page.text)
    where = record["position"]
    at = f"{where['latitude_deg']:.7f},{where['longitude_deg']:.7f}"
    assert f"geo:{at}?q={at}" in page.links  # opened by the maps of a phone
    assert f'data-copy="{at.replace(",", ", ")}"' in text
    assert all(link.startswith(("#", "data:", "geo:")) for link in page.links)
    assert not re.search(r"https?:|url\((?!#)|@import", text)
    assert len(text) < 1_000_000
    for told_of in (f"{record['expected_error_m']:.1f} m", "my & flight.csv", *record["notes"]):
        assert told_of in seen
    svg = ElementTree.fromstring(
        text[text.index("<svg") : text.index("</svg>") + 6].replace("xlink:", "")
    )
    assert "viewBox" in svg.attrib and "width" not in svg.attrib
    assert (made / "out/map.png").read_bytes().startswith(b"\x89PNG")


def test_a_polygon_masks_the_posterior(made: Path, tmp_path: Path) -> None:
    """In the half of the box that the source is not in, by a diagonal."""
    corners_m = [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)]
    area = polygon_kml(tmp_path / "half.kml", corners_m)
    arguments = ["localize", str(made / "my & flight.csv"), "--output", str(tmp_path / "out")]
    arguments += ["--config", str(made / "mine.yaml"), "--area", str(area)]
    assert cli.main(arguments) == cli.FOUND
    record = record_of(tmp_path / "out")
    triangle = local(record["area"]["geometry"], record)
    assert triangle.area == pytest.approx(230.0 * 240.0 / 2, rel=0.01)
    for found in record["regions"]:
        inside = local(found["geometry"], record).intersection(triangle).area
        assert inside > 0.7 * found["area_m2"]  # cells whose centre is inside
    assert record["area"]["name"] == "half.kml"
    assert "half.kml and was removed" in "\n".join(record["notes"])
    # The frame has its origin at the polygon's south-western corner.
    assert triangle.bounds[:2] == pytest.approx((0.0, 0.0), abs=0.05)
    # Where the mode gives no probability, the place is moved into the polygon.
    assert cli.main([*arguments, "--estimator", "strongest_rss"]) == cli.FOUND
    record = record_of(tmp_path / "out")
    assert record["regions"] == [] and record["expected_error_m"] is None
    place = shapely.Point(record["position"]["x_m"], record["position"]["y_m"])
    assert triangle.buffer(0.1).covers(place)
    assert "strongest_rss gives no probability" in "\n".join(record["notes"])


def test_a_box_of_kml_is_the_box_of_the_config(tmp_path: Path) -> None:
    box = SourceArea.of(None, CONFIG.scenario)
    west_m, south_m, east_m, north_m = box.polygon_m.bounds
    path = polygon_kml(
        tmp_path / "box.kml",
        [(west_m, south_m), (east_m, south_m), (east_m, north_m), (west_m, north_m)],
    )
    read = SourceArea.of(path, CONFIG.scenario)
    assert read.is_box and box.is_box
    assert read.polygon_m.area == pytest.approx(box.polygon_m.area, rel=1e-4)


def test_across_the_180_degree_meridian(made: Path, tmp_path: Path) -> None:
    """The same flight and area as at 170°, but what is written is cut at the meridian."""
    records = []
    for longitude_deg in (170.0, 179.9987):
        frame, out = LocalFrame(-16.5, longitude_deg), tmp_path / f"{longitude_deg}"
        log = flight_log(tmp_path / "my.csv", frame=frame)
        corners_m = [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0), (0.0, 300.0)]
        area = polygon_kml(tmp_path / "area.kml", corners_m, frame=frame)
        arguments = ["localize", str(log), "--area", str(area), "--output", str(out)]
        assert cli.main([*arguments, "--config", str(made / "mine.yaml")]) == cli.FOUND
        records.append(record_of(out))
    plain, across = records
    assert across["expected_error_m"] == pytest.approx(plain["expected_error_m"], abs=0.1)
    for key in ("x_m", "y_m"):
        assert across["position"][key] == pytest.approx(plain["position"][key], abs=0.1)
    for one, other in zip(plain["regions"], across["regions"], strict=True):
        assert other["area_m2"] == pytest.approx(one["area_m2"], rel=0.01)
        cut = shape(other["geometry"])
        assert cut.is_valid and local(other["geometry"], across).area == pytest.approx(
            one["area_m2"], rel=0.01
        )
    kinds = set()
    for feature in json.loads((out / "fix.geojson").read_text())["features"]:
        for part in shapely.get_parts(shape(feature["geometry"])):
            west_deg, _, east_deg, _ = part.bounds
            assert (west_deg >= -180.0 and east_deg < -179.99) or (179.99 < west_deg <= 180.0)
            kinds.add(west_deg > 0.0)
    assert kinds == {True, False}


def test_a_flight_without_signal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = flight_log(tmp_path / "idle.csv", quality_db=42.0)
    assert cli.main(["localize", str(log), "--output", str(tmp_path / "out")]) == cli.UNUSABLE
    assert "receiver locked in 0.0 % of the samples" in capsys.readouterr().err
    record = record_of(tmp_path / "out")
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(OUTPUTS)
    assert record["usable"] is False and "locked in 0.0 %" in record["reason"]
    assert record["position"] is None and record["expected_error_m"] is None
    assert record["regions"] == [] and record["samples_used"] == 0
    assert "No estimate" in (tmp_path / "out/map.html").read_text()
    features = json.loads((tmp_path / "out/fix.geojson").read_text())["features"]
    assert [f["properties"]["what"] for f in features] == ["track", "area"]


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        (["absent.csv"], ["absent.csv: no such file or folder"]),
        (["mine.yaml"], ["mine.yaml: the format is not known", "an AFAR file (.mat) is one"]),
        (
            ["far.csv", "--area", "half.kml"],
            ["far.csv: the flight stays 50 km away from the area", "scenario.source_area"],
        ),
        (["my.csv", "--area", "absent.kml"], ["absent.kml: the area cannot be read: No such"]),
        (["my.csv", "--area", "mine.yaml"], ["mine.yaml: not KML"]),
        (["my.csv", "--area", "none.kml"], ["none.kml: found no polygon in which"]),
        (["my.csv", "--area", "crossed.kml"], ["crossed.kml: polygon area 0 is not an area"]),
        (["my.csv", "--estimator", "magic"], ["localize.modes names magic", "kriging_calibrated"]),
        (["my.csv", "--config", "absent.yaml"], ["absent.yaml: cannot be read as YAML"]),
        (["my.csv", "--config", "list.yaml"], ["list.yaml: found list, a mapping"]),
        (["my.csv", "--config", "typo.yaml"], ["localise: unknown key", "Did you mean localize?"]),
        (
            ["my.csv", "--config", "needy.yaml"],
            ["localize.modes: the last is kriging_calibrated, which needs a calibration"],
        ),
        (
            ["my.csv", "--output", "mine.yaml/out"],
            ["cannot write to mine.yaml/out: ", "not a folder"],
        ),
    ],
)
def test_every_mistake_is_explained(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    texts: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    flight_log(Path("my.csv"))
    flight_log(Path("far.csv"), east_m=50_000.0)
    Path("mine.yaml").write_text(OVERLAY)
    Path("list.yaml").write_text("[1]")
    Path("typo.yaml").write_text("localise: {}")
    Path("needy.yaml").write_text("localize: {modes: [kriging_calibrated]}")
    corners_m = [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)]
    polygon_kml(Path("none.kml"))
    polygon_kml(Path("half.kml"), corners_m)
    polygon_kml(Path("crossed.kml"), [(0.0, 0.0), (9.0, 9.0), (9.0, 0.0), (0.0, 9.0)])
    assert cli.main(["localize", *arguments]) == cli.MISTAKE
    told_of = capsys.readouterr().err
    for text in texts:
        assert text in told_of
    assert not Path("results").exists()


def test_the_command_without_a_flight(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["localize"])
    assert stopped.value.code == 2
    assert "PATH" in capsys.readouterr().err


def two_peaks(first: float, apart_m: float) -> Posterior:
    """Two Gaussians of 8 m side by side in the source area, with a share of the first."""
    area = Box(0.0, 300.0, 0.0, 200.0)
    xy_m = area.grid(4.0)
    peaks = [
        share * np.exp(-np.square(xy_m - (x_m, 100.0)).sum(axis=1) / (2 * 8.0**2))
        for x_m, share in ((60.0, first), (60.0 + apart_m, 1.0 - first))
    ]
    return Posterior.of(xy_m, np.log(sum(peaks) + 1e-300), np.full(len(xy_m), 16.0))


def test_places_are_listed_with_their_probabilities() -> None:
    posterior = two_peaks(0.7, 180.0)
    first, second = places(posterior, posterior.expected_error_m(posterior.median_m()))
    np.testing.assert_allclose(first.position_m, [60.0, 100.0], atol=1.0)
    np.testing.assert_allclose(second.position_m, [240.0, 100.0], atol=1.0)
    assert first.probability + second.probability == pytest.approx(0.9, abs=0.01)
    assert first.probability > 2.0 * second.probability
    # 90 % of a Gaussian lie within 2.15 spreads, of its inner part within a little less.
    assert 1.5 * 8.0 < first.radius_m < 2.2 * 8.0
    assert len(places(posterior, 200.0)) == 1  # counted as one
    assert len(places(two_peaks(0.98, 180.0), 10.0)) == 1  # too small to list


def jump(estimate: Estimate, earlier: Estimate | None) -> list[tuple[str, str]]:
    found = [] if estimate.posterior is None else places(estimate.posterior, 40.0)
    return list(_jump(estimate, found, earlier))


def test_a_jump_out_of_the_region_is_told() -> None:
    before = Estimate(np.array([60.0, 100.0]), two_peaks(0.99, 180.0))
    moved = Estimate(np.array([240.0, 100.0]), two_peaks(0.01, 180.0))
    ((flag, text),) = jump(moved, before)
    assert flag == "jumped"
    assert "moved by 180 m in the last 3 minutes" in text
    near = Estimate(np.array([66.0, 100.0]), two_peaks(0.95, 180.0))
    assert jump(near, before) == []
    # The estimate may lie between the places that it had before.
    between = Estimate(np.array([150.0, 100.0]), two_peaks(0.6, 180.0))
    assert jump(between, Estimate(np.array([60.0, 100.0]), two_peaks(0.7, 180.0))) == []
    assert jump(Estimate(np.array([150.0, 100.0])), before) == []
    assert jump(moved, None) == []


COVERAGE = """data\tmode\tafter_s\tflights\tin_region_50\tin_region_90
testbed\tkriging_free_space\t180\t8\t0.75\t1.0
testbed\tkriging_free_space\t360\t8\t0.5\t0.875
testbed, whole flights\tkriging_free_space\t\t7\t0.4\t0.9
simulated\tkriging_free_space\t\t900\t0.51\t0.91
synthetic\tkriging_calibrated\t360\t3\t0.5\t0.9
"""


@pytest.mark.parametrize(
    ("duration_s", "after_s", "flights"),
    [(100.0, 180, 8), (200.0, 180, 8), (359.97, 360, 8), (800.0, None, 7)],
)
def test_how_often_regions_held_elsewhere(
    tmp_path: Path, duration_s: float, after_s: int | None, flights: int
) -> None:
    """Of the longest time that the flight reached; only real flights count."""
    assert held_elsewhere(tmp_path, "kriging_free_space", duration_s) is None
    assert held_elsewhere(None, "kriging_free_space", duration_s) is None
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/coverage.tsv").write_text(COVERAGE)
    found = held_elsewhere(tmp_path, "kriging_free_space", duration_s)
    assert found is not None
    assert (found.after_s, found.flights) == (after_s, flights)
    assert held_elsewhere(tmp_path, "kriging_calibrated", duration_s) is None
    (tmp_path / "tables/coverage.tsv").write_text("a\tb\n1\t2\n")
    with pytest.raises(DataError, match=r"coverage\.tsv: not a table of coverage"):
        held_elsewhere(tmp_path, "kriging_free_space", duration_s)


def test_the_user_reads_how_often_regions_held(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert record_of(made / "out")["regions_held_elsewhere"] is None
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/coverage.tsv").write_text(COVERAGE)
    log = str(made / "my & flight.csv")
    assert cli.main(["localize", log, "--results", str(tmp_path)]) == cli.FOUND
    said = (
        "40 % of the 50 % regions and 90 % of the 90 % regions of this estimator held the source "
        "(7 real flights over known sources, from whole flights)"
    )
    assert f"on other flights, {said}" in capsys.readouterr().out
    folder = tmp_path / "localize/my & flight"
    held = record_of(folder)["regions_held_elsewhere"]
    assert (held["flights"], held["after_s"]) == (7, None)
    assert held["regions"][1] == {"probability": 0.9, "held": 0.9}
    assert said in (folder / "map.html").read_text()


def test_a_signal_that_was_strongest_elsewhere_is_told(made: Path) -> None:
    """Another transmitter drowns the source for a while."""
    frame = pd.read_csv(made / "my & flight.csv")
    assert "strongest_elsewhere" not in record_of(made / "out")["flags"]
    frame.loc[200:280, "rss_db"] += 45.0
    frame.to_csv(made / "two.csv", index=False)
    arguments = ["localize", str(made / "two.csv"), "--output", str(made / "two")]
    assert cli.main([*arguments, "--config", str(made / "mine.yaml")]) == cli.FOUND
    record = record_of(made / "two")
    assert "strongest_elsewhere" in record["flags"]
    assert "a second transmitter" in "\n".join(record["notes"])


def modes(*wanted: str) -> dict[str, dict[str, Any]]:
    names = wanted or ("kriging_calibrated", "kriging_free_space")
    plan = Plan.of_one_flight({"localize": {"modes": [*names, "kriging_free_space"]}})
    return plan.localize.modes()


def test_the_mode_that_has_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "calibration" / "all.json"
    path.parent.mkdir()
    assert choose_mode(modes(), None).mode == "kriging_free_space"
    assert "no logged trial to calibrate on" in choose_mode(modes(), None).notes[0]
    assert "results have no calibration/all.json" in choose_mode(modes(), tmp_path).notes[0]
    calibration = calibrated(calibration_flight(Calibrated(TRUTH), 0.0, 1))
    write_json(calibration.model_copy(update={"kinds": ("testbed",)}).model_dump(), path)
    for kinds, mode, used in (
        (("synthetic",), "kriging_free_space", None),
        (("testbed",), "kriging_calibrated", path),
        (("synthetic", "testbed"), "kriging_calibrated", path),
    ):
        write_json(calibration.model_copy(update={"kinds": kinds}).model_dump(), path)
        choice = choose_mode(modes(), tmp_path)
        assert (choice.mode, choice.files.calibration) == (mode, used)
        assert choice.calibrated_on == (("trial_1",) if used else ())
        assert ("calibrated on synthetic ones" in "".join(choice.notes)) == (used is None)
    learned = choose_mode(modes("ensemble_calibrated", "kriging_calibrated"), tmp_path)
    weights = "models/set_network/all/seed0/model.safetensors"
    assert learned.mode == "kriging_calibrated"
    assert f"it needs trained networks, and the results have no {weights}" in learned.notes[0]
    alone = choose_mode(modes("strongest_rss"), tmp_path)
    assert (alone.mode, alone.notes) == ("strongest_rss", ())
    network = choose_mode(modes("clustered_free_space"), tmp_path)
    assert "trained for flights of fixed lengths" in network.notes[0]
    with pytest.raises(ConfigError, match=r"End localize\.modes with a mode that needs neither"):
        choose_mode({"kriging_calibrated": modes()["kriging_calibrated"]}, None)


def test_what_is_not_needed_is_not_loaded() -> None:
    """A fix is wanted in seconds, start of the process included."""
    heavy = "{'torch', 'snakemake', 'sklearn', 'pandas', 'pooch', 'requests'}"
    loading = "import rfsl.cli, rfsl.fixes.fix, rfsl.workflow.plan.plan, sys"
    code = f"{loading}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.afar
def test_real_logs(afar_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A real raw log gives a fix; one that never locked says so. Positions are made up."""
    statuses = {}
    for name in ("2023-12-13_14_28_47", "2023-12-04_14_45_44"):
        (tmp_path / name).mkdir()
        with_positions(afar_folder, tmp_path / name, name, FRAME)
        log = str(tmp_path / name)
        arguments = ["--output", str(tmp_path / name / "out"), "--duration", "600"]
        statuses[name] = cli.main(["localize", log, *arguments])
    assert list(statuses.values()) == [cli.FOUND, cli.UNUSABLE]
    assert "No estimate: receiver locked in" in capsys.readouterr().err
    idle = record_of(tmp_path / "2023-12-04_14_45_44/out")
    assert idle["position"] is None and "locked in 1.9 % of the samples" in idle["reason"]
    found = record_of(tmp_path / "2023-12-13_14_28_47/out")
    assert found["usable"] and len(found["regions"]) == 2
    assert "only the first 600 s of the 727 s" in "\n".join(found["notes"])


@pytest.mark.afar
def test_the_real_areas(afar_folder: Path) -> None:
    """The published source area is the one of the config."""
    read = SourceArea.of(afar_folder / "areas/AFAR_Rover.kml", CONFIG.scenario)
    known = CONFIG.scenario.source_area
    for side in ("south_deg", "north_deg", "west_deg", "east_deg"):
        found = getattr(read.scenario.source_area, side)
        assert found == pytest.approx(getattr(known, side), abs=1e-7)
    assert read.is_box
