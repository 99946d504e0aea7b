"""Several logs over one source: one posterior, with what the flights share and what they do not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from shapely.geometry import shape
from support.flights import model_of
from support.user_files import FRAME, OVERLAY, SOURCE_XY_M, flight_log

import rfsl
from rfsl import cli
from rfsl.errors import ConfigError, FlightError
from rfsl.flights.cells import FlightCells, fused_cells
from rfsl.geometry.frames import LocalFrame
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.propagation.gain import GainProfile, smooth_covariance_db2
from rfsl.propagation.shadowing import Residual

SETTINGS = yaml.safe_load(OVERLAY)
NODES_DEG = (0.0, 30.0, 60.0, 90.0)
SOURCES_M = np.array([[60.0, 40.0, 1.0], [120.0, -30.0, 1.0], [10.0, 90.0, 1.0]])


def cells_along(heading_rad: float, seed: int, quiet: int = 0) -> FlightCells:
    """A straight flight of 30 cells with made-up power; the first `quiet` are before lock."""
    along_m = 10.0 * np.arange(30 + quiet)
    position_m = np.column_stack(
        [
            np.cos(heading_rad) * along_m,
            np.sin(heading_rad) * along_m,
            np.full(along_m.size, 30.0),
        ]
    )
    rng = np.random.default_rng(seed)
    level = np.zeros_like(position_m)
    return FlightCells(
        position_m=position_m[quiet:],
        attitude_rad=level[quiet:],
        rss_db=rng.normal(-60.0, 6.0, 30),
        travelled_m=along_m[quiet:] + 5.0,
        quiet_position_m=position_m[:quiet],
        quiet_attitude_rad=level[:quiet],
    )


def likelihood(shared_gain: float, gain_db: float = 5.0) -> CellLikelihood:
    covariance = smooth_covariance_db2(NODES_DEG, gain_db, gain_db / 2.0, 20.0)
    profile = GainProfile(
        depression_deg=NODES_DEG,
        gain_db=(0.0,) * 4,
        gain_std_db=(gain_db,) * 4,
        low_db=(0.0,) * 4,
        high_db=(0.0,) * 2,
        covariance_db2=tuple(map(tuple, covariance.tolist())),
    )
    residual = Residual(
        depression_edges_deg=(0.0, 90.0),
        std_db=(6.0,),
        correlation_distance_m=20.0,
        uncorrelated=0.3,
    )
    return CellLikelihood(model_of("free_space"), profile, residual, shared_gain)


def test_flights_that_share_nothing_add_up() -> None:
    """With gains of their own, the likelihood of two flights is the product of both."""
    flights = [cells_along(0.0, 1, quiet=4), cells_along(1.0, 2, quiet=3)]
    alone = sum(likelihood(0.0)(cells, SOURCES_M) for cells in flights)
    together = likelihood(0.0)(fused_cells(flights), SOURCES_M)
    np.testing.assert_allclose(together - together[0], alone - alone[0], atol=1e-6)


def test_a_shared_gain_is_between_one_flight_and_two() -> None:
    """Without a gain error it does not matter how much is shared; with one, it does."""
    flights = [cells_along(0.0, 1), cells_along(1.0, 2)]
    cells = fused_cells(flights)
    for gain_db, alike in ((1e-3, True), (5.0, False)):
        values = [likelihood(share, gain_db)(cells, SOURCES_M) for share in (0.0, 0.5, 1.0)]
        close = [np.allclose(v - v[0], values[0] - values[0][0], atol=1e-6) for v in values[1:]]
        assert close == [alike, alike]


def test_the_order_of_flights_does_not_matter() -> None:
    flights = [cells_along(0.0, 1, quiet=2), cells_along(1.0, 2), cells_along(2.0, 3, quiet=5)]
    forward = likelihood(0.5)(fused_cells(flights), SOURCES_M)
    backward = likelihood(0.5)(fused_cells(flights[::-1]), SOURCES_M)
    np.testing.assert_allclose(forward, backward, rtol=1e-9)


def test_each_quiet_cell_has_the_acquisition_of_its_flight() -> None:
    loud = cells_along(1.0, 2, quiet=3)
    loud = FlightCells(**{**vars(loud), "rss_db": loud.rss_db + 20.0})
    cells = fused_cells([cells_along(0.0, 1, quiet=2), loud])
    powers_db = cells.quiet_limit_db()
    assert powers_db.shape == (5,) and len(set(powers_db[:2])) == len(set(powers_db[2:])) == 1
    assert powers_db[4] == loud.acquired_db


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two logs over one source, from the west and from the east."""
    made = tmp_path_factory.mktemp("fused")
    whole = pd.read_csv(flight_log(made / "whole.csv"))
    half = len(whole) // 2
    whole[: half + 100].to_csv(made / "a.csv", index=False)
    whole[half - 100 :].assign(rss_db=lambda rows: rows.rss_db - 17.0).to_csv(
        made / "b.csv", index=False
    )
    (made / "mine.yaml").write_text(OVERLAY)
    return made


def error_m(fix: object) -> float:
    x_m, y_m = FRAME.to_local(fix.position.latitude_deg, fix.position.longitude_deg)
    return float(np.hypot(x_m - SOURCE_XY_M[0], y_m - SOURCE_XY_M[1]))


def test_two_logs_are_better_than_each(folder: Path) -> None:
    fixes = [
        rfsl.localize(logs, config=SETTINGS)
        for logs in (folder / "a.csv", folder / "b.csv", [folder / "a.csv", folder / "b.csv"])
    ]
    *alone, both = fixes
    assert both.expected_error_m < min(fix.expected_error_m for fix in alone)
    assert error_m(both) < 25.0
    record = both.record
    assert record.flight == "a.csv, b.csv"
    assert [file.name for file in record.log_files] == ["a.csv", "b.csv"]
    assert record.samples == sum(fix.record.samples for fix in alone)
    assert record.samples_used == sum(fix.record.samples_used for fix in alone)
    assert len(both.local.logs) == 2
    assert any(note.startswith("a.csv: ") for note in both.notes)


def test_by_the_command(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs = [str(folder / "a.csv"), str(folder / "b.csv")]
    config = ["--config", str(folder / "mine.yaml"), "--results", str(folder / "results")]
    assert cli.main(["localize", *logs, *config]) == cli.FOUND
    made = folder / "results" / "localize" / "a b"
    record = json.loads((made / "fix.json").read_text())
    features = json.loads((made / "fix.geojson").read_text())["features"]
    (track,) = (f for f in features if f["properties"]["what"] == "track")
    assert len(shape(track["geometry"]).geoms) == 2
    kml = (made / "fix.kml").read_text()
    assert 'id="track_1"' in kml and 'id="track_2"' in kml
    assert record["usable"] and (made / "map.png").stat().st_size > 10_000
    # The same two, whatever their order, may be replaced; another choice may not.
    backward = ["localize", *logs[::-1], *config, "--output", str(made)]
    assert cli.main(backward) == cli.FOUND
    assert cli.main(["localize", logs[0], *config, "--output", str(made)]) == cli.MISTAKE
    assert "the fix of another log, b.csv, a.csv" in capsys.readouterr().err


def test_a_log_without_the_signal_is_left_out(folder: Path) -> None:
    silent = flight_log(folder / "silent.csv", quality_db=42.0)
    fix = rfsl.localize([folder / "a.csv", silent], config=SETTINGS)
    alone = rfsl.localize(folder / "a.csv", config=SETTINGS)
    assert fix.position == alone.position
    assert any(note.startswith("silent.csv is not used: ") for note in fix.notes)
    none = rfsl.localize([silent, flight_log(folder / "mute.csv", 1.0, 42.0)], config=SETTINGS)
    assert not none.usable
    assert "silent.csv: " in none.reason and "mute.csv: " in none.reason


def test_what_cannot_be_fused(folder: Path) -> None:
    logs = [folder / "a.csv", folder / "b.csv"]
    with pytest.raises(ConfigError, match=r"positions in a file of their own .* one log only"):
        rfsl.localize(logs, positions=logs[0], config=SETTINGS)
    with pytest.raises(ConfigError, match=r"strongest_rss makes an estimate from one log"):
        rfsl.localize(logs, estimator="strongest_rss", config=SETTINGS)
    with pytest.raises(ConfigError, match="was named twice"):
        rfsl.localize([logs[0], logs[0]], config=SETTINGS)
    away = flight_log(folder / "away.csv", frame=LocalFrame(-33.9, 18.4))
    with pytest.raises(FlightError, match="of flights over one source"):
        rfsl.localize([logs[0], away], config=SETTINGS)


def test_two_logs_far_from_the_scenario(folder: Path) -> None:
    """The area is the box round both tracks."""
    place = LocalFrame(-33.9, 18.4)
    logs = [
        flight_log(folder / "south.csv", frame=place),
        flight_log(folder / "east.csv", east_m=150.0, frame=place),
    ]
    fix = rfsl.localize(logs, config=SETTINGS)
    tracks_m = [log.flight.position_m[:, :2] for log in fix.local.logs]
    assert np.ptp(np.concatenate(tracks_m)[:, 0]) == pytest.approx(370.0, abs=1.0)
    assert fix.local.area.away_m(np.concatenate(tracks_m)) == 0.0
