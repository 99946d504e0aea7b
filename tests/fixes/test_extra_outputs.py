"""samples.csv and posterior.tif, which are written on request."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import rasterio.warp
import yaml
from support.user_files import OVERLAY, flight_log

import rfsl
from rfsl import cli
from rfsl.errors import DataError
from rfsl.fixes.geodetic_fix import GeodeticFix
from rfsl.fixes.output import EXTRA_OUTPUTS, OUTPUTS

EXTRAS = ("--samples", "--geotiff")


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extras") / "my.csv"
    flight_log(path)
    return path


@pytest.fixture(scope="module")
def fix(log: Path) -> GeodeticFix:
    found = rfsl.localize(log, config=yaml.safe_load(OVERLAY))
    assert isinstance(found, GeodeticFix)
    return found


def located(log: Path, folder: Path, *arguments: str, mode: str = "strongest_rss") -> int:
    (folder / "mine.yaml").write_text(OVERLAY)
    words = ["--config", str(folder / "mine.yaml"), "--output", str(folder / "out")]
    return cli.main(["localize", str(log), "--estimator", mode, *words, *arguments])


def test_the_samples_are_those_of_the_log(fix: GeodeticFix, log: Path, tmp_path: Path) -> None:
    fix.samples_to_csv(tmp_path / "samples.csv")
    table, read = pd.read_csv(tmp_path / "samples.csv"), pd.read_csv(log)
    assert len(table) == fix.record.samples
    assert table["used"].sum() == fix.record.samples_used > 0
    assert (table["log"] == "my.csv").all()
    kept = read[np.isin(read["rss_db"].round(3), table["rss_db"])].iloc[-len(table) :]
    for column in ("latitude_deg", "longitude_deg"):
        np.testing.assert_allclose(table[column], kept[column], atol=2e-7)
    np.testing.assert_allclose(table["rss_db"], kept["rss_db"], atol=1e-3)
    assert table["time"].isna().all() == (fix.record.first_sample_time is None)


def test_times_of_samples_are_those_of_a_dated_log(log: Path, tmp_path: Path) -> None:
    table = pd.read_csv(log)
    table["time_s"] += 1_750_000_000.0
    table.to_csv(tmp_path / "dated.csv", index=False)
    config = yaml.safe_load(OVERLAY)
    fix = rfsl.localize(tmp_path / "dated.csv", config=config, estimator="strongest_rss")
    fix.samples_to_csv(tmp_path / "samples.csv")
    times = pd.to_datetime(pd.read_csv(tmp_path / "samples.csv")["time"])
    assert times.iloc[0] == pd.Timestamp(fix.record.first_sample_time)
    assert times.iloc[-1] == pd.Timestamp(fix.record.last_sample_time)


def test_a_raster_holds_the_posterior(fix: GeodeticFix, tmp_path: Path) -> None:
    fix.to_geotiff(tmp_path / "posterior.tif")
    posterior = fix.posterior
    assert posterior is not None
    with rasterio.open(tmp_path / "posterior.tif") as raster:
        assert raster.count == 1 and np.isnan(raster.nodata)
        density, pixel_m2 = raster.read(1), abs(raster.res[0] * raster.res[1])
        assert np.nansum(density) * pixel_m2 == pytest.approx(1.0, abs=1e-4)
        # Where GDAL puts the densest pixel, by its own geodesy, is the densest cell.
        row, column = np.unravel_index(np.nanargmax(density), density.shape)
        x_m, y_m = raster.xy(row, column)
        longitude_deg, latitude_deg = rasterio.warp.transform(raster.crs, 4326, [x_m], [y_m])
    densest = np.argmax(posterior.probability / posterior.cell_m2)
    assert latitude_deg[0] == pytest.approx(posterior.latitude_deg[densest], abs=3e-5)
    assert longitude_deg[0] == pytest.approx(posterior.longitude_deg[densest], abs=3e-5)


@pytest.mark.parametrize(("x_m", "y_m"), [(0.0, 0.0), (900.0, -1_500.0)])
def test_the_projection_is_the_local_frame(
    fix: GeodeticFix, tmp_path: Path, x_m: float, y_m: float
) -> None:
    fix.to_geotiff(tmp_path / "posterior.tif")
    with rasterio.open(tmp_path / "posterior.tif") as raster:
        longitude_deg, latitude_deg = rasterio.warp.transform(raster.crs, 4326, [x_m], [y_m])
    expected_deg = fix.local.frame.to_geodetic(x_m, y_m)
    # A hundred-millionth of a degree is a millimetre.
    assert latitude_deg[0] == pytest.approx(float(expected_deg[0]), abs=1e-8)
    assert longitude_deg[0] == pytest.approx(float(expected_deg[1]), abs=1e-8)


def test_the_command_writes_them_and_tells(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert located(log, tmp_path, *EXTRAS, mode="kriging_free_space") == 0
    assert ", ".join((*OUTPUTS, *EXTRA_OUTPUTS)) in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*OUTPUTS, *EXTRA_OUTPUTS}
    # All files of a folder are of one fix: those of an earlier one do not stay.
    assert located(log, tmp_path) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(OUTPUTS)


def test_no_probability_no_raster(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], fix: GeodeticFix
) -> None:
    assert located(log, tmp_path, *EXTRAS) == 0
    assert "no posterior.tif: there are no probabilities" in capsys.readouterr().out
    assert (tmp_path / "out/samples.csv").exists()
    assert json.loads((tmp_path / "out/fix.json").read_text())["regions"] == []
    config = yaml.safe_load(OVERLAY)
    plain = rfsl.localize(log, config=config, estimator="strongest_rss")
    with pytest.raises(DataError, match="no posterior"):
        plain.to_geotiff(tmp_path / "posterior.tif")


def test_without_rasterio_the_extra_is_named(
    log: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rasterio", None)
    assert located(log, tmp_path, "--geotiff") == 2
    assert "written by rasterio; install uav-rfsl with its extra gis" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
