"""Reading logs: what is kept, and what a user is told about a log that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.cutting import cut_flight
from rfsl.flights.files import FlightFile, read_flight, write_flight
from rfsl.flights.flight import Flight
from rfsl.flights.lock import lock_status
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

Fields = dict[str, np.ndarray]
Writer = Callable[[Fields], Path]


@pytest.fixture
def read(config: Config, frame: LocalFrame, write_mat: Writer) -> Callable[[Fields], Flight]:
    return lambda fields: read_log(write_mat(fields), frame, config.flights)


def test_reads_units_and_frame(read: Callable[[Fields], Flight], afar_fields: Fields) -> None:
    flight = read(afar_fields)
    assert flight.time_s[0] == 0.0
    assert np.degrees(flight.attitude_rad[0]) == pytest.approx([1.0, -2.0, 90.0])
    # 15 m above ground is 12 m in the log, which reads 3 m low: reached at 3 s and left at 97 s.
    assert flight.time_s[-1] == pytest.approx(94.0, abs=0.1)
    assert flight.position_m[0] == pytest.approx([6.0, 103.0, 15.0], abs=0.2)
    assert flight.position_m[:, 2].max() == pytest.approx(43.0)
    assert flight.notes == ()


def test_keeps_the_first_ten_minutes(
    config: Config, frame: LocalFrame, write_mat: Writer, afar_fields: Fields
) -> None:
    settings = config.flights.model_copy(update={"duration_s": 20.0})
    flight = read_log(write_mat(afar_fields), frame, settings)
    assert 19.9 < flight.time_s[-1] < 20.0


def test_counts_what_is_dropped(read: Callable[[Fields], Flight], afar_fields: Fields) -> None:
    time_s = afar_fields["timestamp_power"]
    time_s[500] = time_s[499]
    time_s[600] = time_s[400]
    afar_fields["mpower"][700:710] = np.nan
    afar_fields["mX"][705:715] = np.inf
    flight = read(afar_fields)
    assert flight.notes == (
        "15 samples with NaN masked",
        "2 samples with repeated or reversed timestamps dropped",
    )
    assert (np.diff(flight.time_s) > 0).all()
    assert np.isfinite(flight.rss_db).all()


def mutated(fields: Fields, name: str, values: object) -> Fields:
    return {**fields, name: np.asarray(values)}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda f: {k: v for k, v in f.items() if k != "mpower"},
            "missing column(s) rss_db (received power",
        ),
        (lambda f: mutated(f, "mZ", 0.1 * f["mZ"]), "never rises above 15 m (highest 7.0 m)"),
        (lambda f: mutated(f, "mX", f["mY"] * 12), "is not on the globe"),
        (lambda f: mutated(f, "mYaw", f["mYaw"][:-1]), "fields differ in length"),
        (lambda f: mutated(f, "mRoll", [["a", "b"]]), "one column of numbers is needed"),
        (lambda f: mutated(f, "mpower", np.nan * f["mpower"]), "every one of its 3000 samples"),
        (lambda f: mutated(f, "mpower", 0 * f["mpower"]), "the power is 0 dB in every sample"),
        (lambda f: {k: v[:20] for k, v in f.items()}, "never rises above"),
        (lambda f: {k: v[300:340] for k, v in f.items()}, "only 40 samples above 15 m"),
        (lambda f: {k: v[:0] for k, v in f.items()}, "holds no samples"),
        (
            lambda f: mutated(f, "timestamp_power", 0 * f["timestamp_power"]),
            "time stands still or runs backwards in 2999 of 3000 samples",
        ),
    ],
)
def test_bad_logs_are_explained(
    read: Callable[[Fields], Flight],
    afar_fields: Fields,
    change: Callable[[Fields], Fields],
    told: str,
) -> None:
    with pytest.raises(FlightError) as error:
        read(change(afar_fields))
    assert told in str(error.value)
    assert "flight.mat" in str(error.value)


@pytest.mark.parametrize("keep", [0, 60, 127, 128, 500, 20_000, 100_000])
def test_truncated_file(
    config: Config, frame: LocalFrame, write_mat: Writer, afar_fields: Fields, keep: int
) -> None:
    path = write_mat(afar_fields)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FlightError, match=r"flight\.mat: (cannot be read|missing column)"):
        read_log(path, frame, config.flights)


def test_absent_file(config: Config, frame: LocalFrame, tmp_path: Path) -> None:
    with pytest.raises(FlightError, match="no such file"):
        read_log(tmp_path / "absent.mat", frame, config.flights)


def test_never_locked_is_not_usable(
    read: Callable[[Fields], Flight], afar_fields: Fields, config: Config
) -> None:
    locked = read(afar_fields)
    assert lock_status(locked, config.flights) == (True, "")
    never = read(mutated(afar_fields, "mquality", np.full((3000, 1), 42.0)))
    usable, reason = lock_status(never, config.flights)
    assert not usable
    assert "locked in 0.0 % of the samples" in reason
    assert "median quality 42 dB" in reason
    unknown = read(mutated(afar_fields, "mquality", np.full((3000, 1), np.nan)))
    assert lock_status(unknown, config.flights) == (True, "")


@given(st.lists(st.integers(-5, 200), min_size=300, max_size=400), st.integers(0, 2**32 - 1))
def test_time_always_rises(steps: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    samples = len(steps)
    raw = Flight(
        time_s=np.cumsum(steps) / 100.0,
        position_m=np.full((samples, 3), 30.0),
        attitude_rad=np.zeros((samples, 3)),
        rss_db=rng.standard_normal(samples),
        quality_db=np.full(samples, 72.0),
    )
    try:
        flight = cut_flight(raw, Config().flights, "log")
    except FlightError:
        return
    assert (np.diff(flight.time_s) > 0).all()
    assert flight.time_s[0] == 0.0
    assert flight.time_s[-1] < 600.0


def test_flight_file_round_trip(
    read: Callable[[Fields], Flight], afar_fields: Fields, frame: LocalFrame, tmp_path: Path
) -> None:
    afar_fields["mpower"][1500] = np.nan
    flight = read(afar_fields)
    item = FlightFile("t", "f", "l", "testbed", (1.0, 2.0, float("nan")), flight)
    write_flight(item, tmp_path / "t.parquet", frame)
    back = read_flight(tmp_path / "t.parquet")
    assert (back.trial, back.flight_name, back.location, back.kind) == ("t", "f", "l", "testbed")
    assert back.source_m == pytest.approx((1.0, 2.0, float("nan")), nan_ok=True)
    assert back.flight.notes == ("1 samples with NaN masked",)
    for name in ("time_s", "position_m", "rss_db", "quality_db"):
        np.testing.assert_array_equal(getattr(back.flight, name), getattr(flight, name))
    np.testing.assert_allclose(back.flight.attitude_rad, flight.attitude_rad, rtol=1e-14)


@pytest.mark.afar
def test_real_flights(afar_folder: Path, config: Config, frame: LocalFrame) -> None:
    for path in sorted((afar_folder / "flights").glob("*.mat")):
        flight = read_log(path, frame, config.flights)
        assert 595.0 < flight.time_s[-1] < 600.0 or "300" in path.name
        assert np.median(np.diff(flight.time_s)) == pytest.approx(0.0327, abs=0.0002)
        assert lock_status(flight, config.flights)[0]
        # Inside the flight area, with 1 m for the controller.
        assert flight.position_m[:, 0].min() > -16.0 and flight.position_m[:, 0].max() < 288.0
        assert flight.position_m[:, 1].min() > -55.5 and flight.position_m[:, 1].max() < 217.0


@pytest.mark.afar
def test_real_truncated(
    afar_folder: Path, config: Config, frame: LocalFrame, tmp_path: Path
) -> None:
    name = "results_useful_ori_exp_309_loc_2.mat"
    path = tmp_path / name
    path.write_bytes((afar_folder / "flights" / name).read_bytes()[:1_000_000])
    with pytest.raises(FlightError, match=r"damaged or truncated|missing column"):
        read_log(path, frame, config.flights)
