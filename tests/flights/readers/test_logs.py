"""Readers of every log format: the same flight written in each of them is read the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.logs import START_S, Flown, with_positions

from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.lock import lock_status
from rfsl.flights.readers.joined import Series, Track, join
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

SETTINGS = FlightSettings()


@pytest.fixture
def flown(frame: LocalFrame) -> Flown:
    return Flown(frame)


def test_every_format_reads_the_same_flight(
    flown: Flown, frame: LocalFrame, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("raw", "release")]
    for folder in folders:
        folder.mkdir()
    paths = [
        flown.raw(folders[0]),
        folders[0],
        flown.release(folders[1]),
        folders[1] / "power_log.csv",
        flown.table(tmp_path / "flight.csv"),
        flown.table(tmp_path / "flight.parquet"),
    ]
    for path in paths:
        flight = read_log(path, frame, SETTINGS)
        assert len(flight) == 3000
        np.testing.assert_allclose(flight.rss_db, flown.rss_db, atol=1e-5)
        np.testing.assert_allclose(flight.time_s, flown.time_s - START_S, atol=2e-6)
        np.testing.assert_allclose(flight.position_m[:, 0], 3.0 * flight.time_s, atol=0.02)
        np.testing.assert_allclose(flight.position_m[:, 1:], [[100.0, 40.0]] * 3000, atol=0.02)
        np.testing.assert_allclose(flight.quality_db, 72.0)
        # Flown due east: by its course, or by what the table says.
        np.testing.assert_allclose(flight.attitude_rad[:, 2], np.pi / 2, atol=1e-3)


def test_attitude_of_the_newer_form(flown: Flown, frame: LocalFrame, tmp_path: Path) -> None:
    flight = read_log(flown.raw(tmp_path, attitude=True), frame, SETTINGS)
    np.testing.assert_allclose(flight.attitude_rad, [[-0.2, 0.1, np.pi / 2]] * 3000, atol=1e-6)
    assert not any("attitude" in note for note in flight.notes)


def test_gaps_and_ends_are_reported(flown: Flown, frame: LocalFrame, tmp_path: Path) -> None:
    kept = (flown.track_s < START_S + 40) | (flown.track_s > START_S + 52)
    kept &= flown.track_s < START_S + 90.5
    for name in ("track_s", "latitude_deg", "longitude_deg", "height_m"):
        setattr(flown, name, getattr(flown, name)[kept])
    flight = read_log(flown.raw(tmp_path), frame, SETTINGS)
    notes = "; ".join(flight.notes)
    assert "in gaps of the position log longer than 5 s (longest 14 s) left out" in notes
    assert "outside the position log left out" in notes
    gone = (flight.time_s > 39.1) & (flight.time_s < 52.9)
    assert not gone.any()


@pytest.mark.parametrize(("shift_s", "told"), [(-5 * 3600.0, "about 5 h"), (9e5, "different")])
def test_clocks_apart(
    flown: Flown, frame: LocalFrame, tmp_path: Path, shift_s: float, told: str
) -> None:
    flown.track_s = flown.track_s + shift_s
    with pytest.raises(FlightError, match="do not overlap in time") as error:
        read_log(flown.raw(tmp_path), frame, SETTINGS)
    assert told in str(error.value)


def test_what_is_missing_is_named(flown: Flown, frame: LocalFrame, tmp_path: Path) -> None:
    power = flown.raw(tmp_path)
    (tmp_path / "2023-12-13_14_28_47_vehicleOut.txt").unlink()
    with pytest.raises(FlightError, match=r"no \*_vehicleOut.txt with the positions is in"):
        read_log(power, frame, SETTINGS)
    with pytest.raises(FlightError, match="no such file or folder"):
        read_log(tmp_path / "nothing.csv", frame, SETTINGS)
    (tmp_path / "notes.doc").write_text("hello")
    with pytest.raises(
        FlightError, match=r"format is not known\. Known formats are a table with one"
    ):
        read_log(tmp_path / "notes.doc", frame, SETTINGS)
    other = tmp_path / "two"
    other.mkdir()
    flown.raw(other, name="a")
    flown.raw(other, name="b")
    with pytest.raises(FlightError, match=r"2 files \*_power_log.txt \(a_power_log.txt, b_"):
        read_log(other, frame, SETTINGS)
    assert len(read_log(other / "b_power_log.txt", frame, SETTINGS)) == 3000


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"rss_db": "-40,5"},
            r"row 1, column rss_db: found '-40,5'; a number with a decimal point",
        ),
        ({"latitude_deg": -178.0}, "is not on the globe.*do not swap them"),
        ({"height_m": 3.0}, "never rises above 15 m"),
        ({"time_s": 5.0}, "time stands still or runs backwards"),
    ],
)
def test_wrong_tables(
    flown: Flown, frame: LocalFrame, tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(FlightError, match=told):
        read_log(flown.table(tmp_path / "flight.csv", **changes), frame, SETTINGS)


def test_missing_column(frame: LocalFrame, flown: Flown, tmp_path: Path) -> None:
    path = flown.table(tmp_path / "flight.csv")
    pd.read_csv(path).rename(columns={"rss_db": "rss"}).to_csv(path, index=False)
    with pytest.raises(FlightError, match=r"missing column\(s\) rss_db \(received power"):
        read_log(path, frame, SETTINGS)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.parquet", "a.mat", "a_power_log.txt"]))
def test_random_bytes_are_one_error(
    frame: LocalFrame, flown: Flown, tmp_path: Path, content: bytes, name: str
) -> None:
    if name.endswith(".txt"):
        flown.raw(tmp_path, name="a")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FlightError, match=name.replace(".", r"\.")):
        read_log(tmp_path / name, frame, SETTINGS)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=2, max_size=30), st.integers(0, 100))
def test_joined_positions_lie_on_the_track(times_s: list[float], seed: int) -> None:
    """Whatever the times, an interpolated position is between its neighbours in time."""
    frame = LocalFrame(35.7, -78.7)
    rng = np.random.default_rng(seed)
    track_s = np.sort([*times_s, *np.arange(0.0, 101.0, 4.0)])
    latitude_deg, longitude_deg = frame.to_geodetic(track_s, 2.0 * track_s)
    power = Series("p", np.append(rng.uniform(-10, 110, 50), [-10, 110]), rng.standard_normal(52))
    track = Track("t", track_s, latitude_deg, longitude_deg, 30.0 + 0 * track_s, None)
    flight = join(power, None, track, frame, SETTINGS)
    np.testing.assert_allclose(flight.position_m[:, 0], flight.time_s, atol=1e-3)
    assert np.isin(flight.rss_db, power.value).all()


@pytest.mark.afar
def test_a_real_raw_log_is_its_published_flight(
    afar_folder: Path, frame: LocalFrame, tmp_path: Path
) -> None:
    """The team's raw power log and the published .mat of the same flight agree."""
    published = read_log(
        afar_folder / "flights/results_useful_ori_exp_288_loc_2.mat", frame, SETTINGS
    )
    folder = with_positions(afar_folder, tmp_path, "2023-12-13_14_28_47", frame)
    flight = read_log(folder, frame, SETTINGS)
    common = np.intersect1d(np.round(flight.rss_db, 3), np.round(published.rss_db, 3))
    assert common.size > 0.9 * np.unique(np.round(published.rss_db, 3)).size
    assert lock_status(flight, SETTINGS) == (True, "")


@pytest.mark.afar
def test_a_real_log_that_never_locked(afar_folder: Path, frame: LocalFrame, tmp_path: Path) -> None:
    folder = with_positions(afar_folder, tmp_path, "2023-12-04_14_45_44", frame)
    usable, reason = lock_status(read_log(folder, frame, SETTINGS), SETTINGS)
    assert not usable
    assert "receiver locked in" in reason


@pytest.mark.afar
@pytest.mark.parametrize("name", ["2022-06-03_16_15_32", "2022-06-10_19_52_44"])
def test_real_vehicle_logs(afar_folder: Path, frame: LocalFrame, tmp_path: Path, name: str) -> None:
    """Their positions are read; with a power log of another day they are refused."""
    for log in ("2023-12-13_14_28_47_power_log.txt", f"{name}_vehicleOut.txt"):
        (tmp_path / log).symlink_to(afar_folder / "logs" / log)
    with pytest.raises(FlightError, match=r"do not overlap in time: .* are of different flights"):
        read_log(tmp_path, frame, SETTINGS)
