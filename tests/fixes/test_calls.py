"""The call `rfsl.localize` and the command `rfsl`: one way of doing things, told in two forms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml
from shapely.geometry import shape
from support.logs import Flown
from support.user_files import FRAME, OVERLAY, SOURCE_XY_M, flight_log, polygon_kml

import rfsl
from rfsl import cli
from rfsl.errors import ConfigError
from rfsl.fixes.geodetic_fix import GeodeticFix
from rfsl.fixes.log_files import log_files
from rfsl.fixes.output import OUTPUTS
from rfsl.fixes.record import SCHEMA_FILE, FixRecord
from rfsl.io.records import schema_text

SETTINGS = yaml.safe_load(OVERLAY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a log, an area and changes to the config."""
    made = tmp_path_factory.mktemp("calls")
    flight_log(made / "my.csv")
    polygon_kml(made / "area.kml", [(0.0, 60.0), (230.0, 60.0), (230.0, 300.0)])
    (made / "mine.yaml").write_text(OVERLAY)
    return made


@pytest.fixture(scope="module")
def fix(folder: Path) -> GeodeticFix:
    """What the call makes of it."""
    found = rfsl.localize(folder / "my.csv", config=SETTINGS)
    assert isinstance(found, GeodeticFix)
    return found


def located(folder: Path, *arguments: str, log: str = "my.csv") -> int:
    """Exit status of the command, by its fastest estimator."""
    fast = ["--estimator", "strongest_rss", "--output", str(folder / "out")]
    return cli.main(["localize", str(folder / log), *fast, *arguments])


# The call


def test_the_values_of_a_fix(fix: GeodeticFix) -> None:
    assert fix.usable and fix.reason == ""
    assert fix.position is not None
    place_m = (fix.position.x_m, fix.position.y_m)
    assert np.hypot(*np.subtract(place_m, SOURCE_XY_M)) < 40.0
    latitude_deg, longitude_deg = FRAME.to_geodetic(*place_m)
    assert fix.position.latitude_deg == pytest.approx(float(latitude_deg), abs=1e-6)
    assert fix.position.longitude_deg == pytest.approx(float(longitude_deg), abs=1e-6)
    assert fix.expected_error_m is not None and 1.0 < fix.expected_error_m < 60.0
    assert fix.flags == () and len(fix.places) == 1
    assert any("not logged" in note for note in fix.notes)


def test_the_shapes_of_a_fix(fix: GeodeticFix) -> None:
    assert fix.position is not None
    point = shapely.Point(fix.position.longitude_deg, fix.position.latitude_deg)
    half, most = fix.regions
    assert (half.probability, most.probability) == (0.5, 0.9)
    assert most.shape_deg.covers(point) and half.area_m2 < most.area_m2
    feature = most.__geo_interface__
    assert shape(feature["geometry"]).equals(most.shape_deg)
    assert feature["properties"] == {"probability": 0.9, "area_m2": most.area_m2}
    kinds = [item["properties"]["what"] for item in fix.__geo_interface__["features"]]
    assert kinds == ["fix", "region", "region", "track", "area"]


def test_the_posterior_of_a_fix(fix: GeodeticFix) -> None:
    found = fix.posterior
    assert found is not None
    arrays = (found.latitude_deg, found.longitude_deg, found.x_m, found.y_m, found.cell_m2)
    assert {array.shape for array in arrays} == {found.probability.shape}
    assert found.probability.sum() == pytest.approx(1.0)
    x_m, y_m = FRAME.to_local(found.latitude_deg, found.longitude_deg)
    np.testing.assert_allclose((x_m, y_m), (found.x_m, found.y_m), atol=1e-3)
    inside = shapely.contains_xy(fix.regions[1].shape_deg, found.longitude_deg, found.latitude_deg)
    assert found.probability[inside].sum() == pytest.approx(0.9, abs=0.02)
    assert found.cell_m2[inside].sum() == pytest.approx(fix.regions[1].area_m2, rel=0.06)


def test_the_posterior_as_an_image(fix: GeodeticFix) -> None:
    """Cells of two sizes on one grid: each pixel has the density of the cell that it lies in."""
    found = fix.posterior
    assert found is not None and len(np.unique(found.cell_m2.round(6))) == 2
    x_m, y_m, density = found.raster()
    assert density.shape == (y_m.size, x_m.size)
    pixel_m2 = (x_m[1] - x_m[0]) * (y_m[1] - y_m[0])
    assert np.nansum(density) * pixel_m2 == pytest.approx(1.0) and np.isfinite(density).all()
    assert pixel_m2 == pytest.approx(found.cell_m2.min())
    assert fix.local.estimate is not None and fix.local.estimate.posterior is not None
    posterior = fix.local.estimate.posterior
    rng = np.random.default_rng(1)
    for row, column in rng.integers(density.shape, size=(50, 2)):
        cell = posterior.cell_at(np.array([x_m[column], y_m[row]]))
        assert density[row, column] == found.probability[cell] / found.cell_m2[cell]
    moved = replace(found, x_m=found.x_m + np.linspace(0.0, 1.0, found.x_m.size))
    with pytest.raises(ValueError, match="form no grid"):
        moved.raster()


def test_a_notebook_shows_a_fix(fix: GeodeticFix) -> None:
    assert fix.position is not None
    assert repr(fix) == (
        f"<Fix of my.csv: Source near {fix.position.latitude_deg:.6f}, "
        f"{fix.position.longitude_deg:.6f}, expected error {fix.expected_error_m:.0f} m>"
    )
    assert fix._repr_png_().startswith(b"\x89PNG")
    html = fix._repr_html_()
    assert "data:image/png;base64," in html and "Expected error" in html
    assert all(note.split("(")[0] in html for note in fix.notes)


def test_the_call_and_the_command_give_the_same(
    fix: GeodeticFix, folder: Path, tmp_path: Path
) -> None:
    """Files written by hand, all at once, and by the command."""
    fix.to_kml(tmp_path / "a/mine.kml")
    fix.to_geojson(tmp_path / "a/mine.geojson")
    fix.write(tmp_path / "b")
    arguments = ["localize", str(folder / "my.csv"), "--output", str(tmp_path / "c")]
    assert cli.main([*arguments, "--config", str(folder / "mine.yaml")]) == cli.FOUND
    for name in OUTPUTS:
        assert (tmp_path / "b" / name).read_bytes() == (tmp_path / "c" / name).read_bytes(), name
    assert (tmp_path / "a/mine.kml").read_bytes() == (tmp_path / "c/fix.kml").read_bytes()
    assert (tmp_path / "a/mine.geojson").read_bytes() == (tmp_path / "c/fix.geojson").read_bytes()


def test_a_fix_without_a_probability_or_without_an_estimate(tmp_path: Path) -> None:
    log = flight_log(tmp_path / "my.csv")
    bare = rfsl.localize(str(log), estimator="strongest_rss")
    assert bare.usable and bare.regions == bare.places == () and bare.posterior is None
    assert bare.expected_error_m is None and "no_probability" in bare.flags
    idle = rfsl.localize(flight_log(tmp_path / "idle.csv", quality_db=42.0))
    assert not idle.usable and idle.position is None and idle.posterior is None
    assert "No estimate" in repr(idle) and idle.reason in idle._repr_html_()


def test_arguments_of_the_call(folder: Path) -> None:
    found = rfsl.localize(
        folder / "my.csv",
        area=folder / "area.kml",
        estimator="strongest_rss",
        source_height_m=12.5,
        frequency_hz=915e6,
        config=[folder / "mine.yaml", {"scenario": {"source_height_m": 3.0}}],
    )
    record = found.record
    assert (record.source_height_m, record.frequency_hz) == (12.5, 915e6)
    assert found.local.area.scenario.source_height_m == 12.5
    assert record.area.name == "area.kml" and record.flags != ()
    assert "antenna 12.5 m above ground, 915 MHz" in found._repr_html_()
    for wrong in ({"source_height_m": -1.0}, {"frequency_hz": 0.0}, {"config": {"scenari": 1}}):
        with pytest.raises(ConfigError, match="scenari"):
            rfsl.localize(folder / "my.csv", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("block", ["flights", "scenario", "localize"])
def test_a_malformed_block_is_told_whatever_the_arguments(folder: Path, block: str) -> None:
    """An argument that changes a key of the block does not hide the mistake."""
    with pytest.raises(ConfigError, match=f"{block}: found 3"):
        rfsl.localize(
            folder / "my.csv",
            columns={"rss_db": "rss_db"},
            source_height_m=3.0,
            duration_s=60.0,
            config={block: 3},
        )


def test_to_import_the_package_takes_no_time() -> None:
    code = (
        "import sys, rfsl; print(rfsl.__version__, 'localize' in dir(rfsl), "
        "bool({'numpy', 'pydantic', 'rfsl.api'} & set(sys.modules))); rfsl.nothing"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == [rfsl.__version__, "True", "False"]
    assert "module 'rfsl' has no attribute 'nothing'" in done.stderr


# The command


def test_what_was_assumed_of_the_source(folder: Path, tmp_path: Path) -> None:
    given = ["--source-height", "10", "--frequency", "462.7e6", "--output", str(tmp_path)]
    assert located(folder, *given) == cli.FOUND
    record = json.loads((tmp_path / "fix.json").read_text())
    assert (record["source_height_m"], record["frequency_hz"]) == (10.0, 462.7e6)
    page = (tmp_path / "map.html").read_text()
    assert "antenna 10 m above ground, 462.7 MHz" in page


def test_nothing_of_another_log_is_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two logs of one name have one folder by default."""
    monkeypatch.chdir(tmp_path)
    for name, east_m in (("a", 0.0), ("b", 10.0)):
        Path(name).mkdir()
        flight_log(Path(name, "flight.csv"), east_m)
    made = Path("results/localize/flight")
    fast = ["--estimator", "strongest_rss"]
    assert cli.main(["localize", "a/flight.csv", *fast]) == cli.FOUND
    first = (made / "fix.json").read_text()
    assert cli.main(["localize", "b/flight.csv", *fast]) == cli.MISTAKE
    told = capsys.readouterr().err
    assert f"{made} holds the fix of another log, flight.csv" in told and "--force" in told
    assert (made / "fix.json").read_text() == first
    # The same log is located again, from elsewhere too; and on demand everything is overwritten.
    Path("a/flight.csv").rename("moved.csv")
    assert cli.main(["localize", "moved.csv", *fast, "--output", str(made)]) == cli.FOUND
    assert cli.main(["localize", "b/flight.csv", *fast, "--force"]) == cli.FOUND
    assert (made / "fix.json").read_text() != first
    (made / "fix.json").write_text("mine")
    assert cli.main(["localize", "b/flight.csv", *fast]) == cli.MISTAKE
    assert "fix.json, fix.geojson, fix.kml, map.png, map.html, and no fix of this log" in (
        capsys.readouterr().err
    )


def test_a_closed_pipe_is_no_error(folder: Path, tmp_path: Path) -> None:
    """`rfsl ... | head -1`, here with a reader that is gone before the first line."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "rfsl", "localize", str(folder / "my.csv")]
    command += ["--estimator", "strongest_rss", "--output", str(tmp_path)]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (cli.FOUND, "")
    assert {path.name for path in tmp_path.iterdir()} == set(OUTPUTS)


# The record


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(FixRecord), "run make config"


def test_records_fit_the_schema(fix: GeodeticFix, folder: Path, tmp_path: Path) -> None:
    """By another implementation of JSON schema; and a wrong record does not."""
    rules = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    bare = rfsl.localize(folder / "my.csv", estimator="strongest_rss")
    idle = rfsl.localize(flight_log(tmp_path / "idle.csv", quality_db=42.0))
    for found in (fix, bare, idle):
        jsonschema.validate(json.loads(found.record.model_dump_json()), rules)
    fix.write(tmp_path / "out")
    record = json.loads((tmp_path / "out/fix.json").read_text())
    jsonschema.validate(record, rules)
    assert record["schema_version"] == "1.0"
    assert record["tool"] == {"name": "uav-rfsl", "version": rfsl.__version__}
    for change in ({"usable": "yes"}, {"samples": -1}, {"more": 1}, {"schema_version": "2.0"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(record | change, rules)
    del record["notes"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, rules)


def test_a_record_has_no_path_of_this_machine(folder: Path, tmp_path: Path) -> None:
    """Though everything was named by its absolute path."""
    out, results = tmp_path / "out", tmp_path / "results"
    given = ["--area", str(folder / "area.kml"), "--results", str(results), "--output", str(out)]
    given += ["--config", str(folder / "mine.yaml")]
    assert cli.main(["localize", str(folder / "my.csv"), *given]) == cli.FOUND
    for name in OUTPUTS:
        content = (out / name).read_bytes()
        for path in (folder, tmp_path):
            assert str(path).encode() not in content, name
    record = json.loads((out / "fix.json").read_text())
    assert (record["flight"], record["area"]["name"]) == ("my.csv", "area.kml")


def sha256_of(path: Path) -> str:
    done = subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True)
    return done.stdout.split()[0].removeprefix("\\")


def test_a_record_names_the_log_by_its_content_and_time(tmp_path: Path) -> None:
    log = flight_log(tmp_path / "my.csv")
    record = rfsl.localize(log, estimator="strongest_rss").record
    assert [file.model_dump() for file in record.log_files] == [
        {"name": "my.csv", "size_bytes": log.stat().st_size, "sha256": sha256_of(log)}
    ]
    assert record.first_sample_time is None and record.last_sample_time is None  # from zero on
    start = datetime(2024, 5, 1, 10, 0, 0, 250_000, tzinfo=UTC)
    table = pd.read_csv(log)
    table["time_s"] += start.timestamp()
    table.to_csv(log, index=False)
    record = rfsl.localize(log, estimator="strongest_rss").record
    assert record.first_sample_time == "2024-05-01T10:00:00.250+00:00"
    assert record.last_sample_time == "2024-05-01T10:10:00.050+00:00"


@pytest.mark.parametrize("form", ["raw", "release"])
def test_the_files_of_a_log_of_several_parts(tmp_path: Path, form: str) -> None:
    """By any of its files or by its folder; other files and other flights do not count."""
    flown: Any = Flown(FRAME, 300)
    named = flown.raw(tmp_path) if form == "raw" else flown.release(tmp_path) / "power_log.csv"
    (tmp_path / "notes.txt").write_text("windy")
    found = log_files(tmp_path)
    assert len(found) == 3 and found == log_files(named)
    assert {file.sha256 for file in found} == {
        sha256_of(path) for path in tmp_path.iterdir() if path.name != "notes.txt"
    }
    if form == "raw":
        flown.raw(tmp_path, name="2024-01-01_00_00_00")
        assert found == log_files(named) and len(log_files(tmp_path)) == 6
    other = flight_log(tmp_path / "more.csv")
    assert {file.name for file in log_files(named, other)} == {"more.csv", *(f.name for f in found)}
    assert log_files(tmp_path / "absent.csv") == ()
