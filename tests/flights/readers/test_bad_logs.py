"""Bad logs of every format: one error that says what is wrong, or a flight that is right."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.bad_logs import (
    FORMATS,
    SETTINGS,
    WRITERS,
    Columns,
    check,
    columns,
    read,
    write_afar,
    write_csv,
)

from rfsl.config.config import Config
from rfsl.flights.flight import Flight
from rfsl.flights.lock import lock_status
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
STABLE = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
#: File of each format that is damaged; the one that is named.
DAMAGED = [
    ("csv", "flight.csv"),
    ("parquet", "flight.parquet"),
    ("mat", "flight.mat"),
    ("raw", "a_power_log.txt"),
    ("raw", "a_quality_log.txt"),
    ("raw", "a_vehicleOut.txt"),
    ("raw_attitude", "a_vehicleOut.txt"),
    ("release", "power_log.csv"),
    ("release", "quality_log.csv"),
    ("release", "log.csv"),
]


def damaged(kind: str, name: str, change: Callable[[bytes], bytes]) -> Flight | str:
    """What is read after a change of one file's bytes; it has been checked."""
    with tempfile.TemporaryDirectory() as folder:
        path = FORMATS[kind](FRAME, Path(folder))
        file = Path(folder) / name
        file.write_bytes(change(file.read_bytes()))
        found = read(path, FRAME)
        named = [file.name for file in Path(folder).iterdir() if file.name in str(found)]
    check(found, named[0] if named else name)
    return found


def changed(**values: object) -> Columns:
    """The valid columns with others in their place."""
    return columns(FRAME) | values  # type: ignore[operator]


@cache
def good(kind: str) -> Flight:
    """The flight of the undamaged files."""
    with tempfile.TemporaryDirectory() as folder:
        flight = read(FORMATS[kind](FRAME, Path(folder)), FRAME)
    assert isinstance(flight, Flight), flight
    return flight


@pytest.mark.parametrize(("kind", "name"), DAMAGED)
@STABLE
@given(content=st.binary(max_size=300))
def test_random_bytes(kind: str, name: str, content: bytes) -> None:
    assert isinstance(damaged(kind, name, lambda _: content), str)


@pytest.mark.parametrize(("kind", "name"), DAMAGED)
@STABLE
@given(share=st.floats(0.0, 1.0, exclude_max=True))
def test_truncated_at_any_byte(kind: str, name: str, share: float) -> None:
    """What is read of the rest are the whole log's own samples, and a cut inside a line is told."""
    found = damaged(kind, name, lambda whole: whole[: int(share * len(whole))])
    if isinstance(found, str):
        return
    whole = good(kind)
    at = np.searchsorted(whole.time_s, found.time_s - 1e-4)
    np.testing.assert_allclose(whole.time_s[at], found.time_s, atol=1e-4)
    np.testing.assert_allclose(whole.rss_db[at], found.rss_db, atol=1e-6)
    np.testing.assert_allclose(whole.position_m[at], found.position_m, atol=0.01)
    assert kind not in {"parquet", "mat"}
    told = "; ".join(found.notes)
    # Up to half a second of quality may be gone without a loss.
    assert "ends inside a line" in told or len(found) < len(whole) or "quality" in told + name


@pytest.mark.parametrize(("kind", "name"), DAMAGED)
@STABLE
@given(
    places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12)
)
def test_flipped_bytes(kind: str, name: str, places: list[tuple[float, int]]) -> None:
    def flip(whole: bytes) -> bytes:
        content = bytearray(whole)
        for share, value in places:
            content[int(share * len(content))] = value
        return bytes(content)

    damaged(kind, name, flip)


@pytest.mark.parametrize(
    ("kind", "name"), [item for item in DAMAGED if item[0] not in {"parquet", "mat"}]
)
def test_encodings_and_line_ends(kind: str, name: str) -> None:
    for same in (
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\n\n"),
    ):
        found = damaged(kind, name, same)
        assert isinstance(found, Flight), found
        np.testing.assert_array_equal(found.rss_db, good(kind).rss_db)
        np.testing.assert_array_equal(found.position_m, good(kind).position_m)
        assert found.notes == good(kind).notes
    for encoding, told in (("utf-16", "it is UTF-16"), ("utf-16-le", "zero bytes")):
        found = damaged(kind, name, lambda text, e=encoding: text.decode().encode(e))  # type: ignore[misc]
        assert isinstance(found, str) and told in found
    for content, told in (
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", "zero bytes|utf-8"),
        (b"caf\xe9,1\n", "save it as UTF-8"),
    ):
        found = damaged(kind, name, lambda _, c=content: c)  # type: ignore[misc]
        assert isinstance(found, str)
        assert any(text in found for text in told.split("|"))


def test_decimal_commas(tmp_path: Path) -> None:
    text = write_csv(columns(FRAME), tmp_path).read_text()
    head, *rows = text.splitlines()
    path = tmp_path / "flight.csv"
    path.write_text("\n".join([head, *(row.replace(".", ",") for row in rows), ""]))
    assert "line 2: found 1" in str(read(path, FRAME)) and "a point" in str(read(path, FRAME))
    # Where semicolons separate the fields, a comma can only be a decimal mark.
    path.write_text(text.replace(",", ";").replace(".", ","))
    found = read(path, FRAME)
    assert isinstance(found, Flight), found
    np.testing.assert_array_equal(found.position_m, good("csv").position_m)
    # One more field in every row does not shift the columns.
    path.write_text("\n".join([head, *(row + "," for row in rows), ""]))
    assert "the first line names 9 columns" in str(read(path, FRAME))
    path.write_text(text.replace("time_s", "rss_db"))
    assert "missing column(s) time_s" in str(read(path, FRAME))
    path.write_text("\n".join([head + ",rss_db", *(row + ",1.0" for row in rows), ""]))
    assert "column(s) rss_db occur twice" in str(read(path, FRAME))


def test_decimal_commas_of_raw_logs(tmp_path: Path) -> None:
    path = FORMATS["raw"](FRAME, tmp_path)
    vehicle = tmp_path / "a_vehicleOut.txt"
    vehicle.write_text(vehicle.read_text().replace(".", ","))
    assert "a_vehicleOut.txt" in str(read(path, FRAME)) and isinstance(read(path, FRAME), str)


@STABLE
@given(
    order=st.permutations(list(columns(FRAME))), extra=st.lists(st.sampled_from("abc"), unique=True)
)
def test_shuffled_and_extra_columns(order: list[str], extra: list[str]) -> None:
    values = columns(FRAME) | {name: np.array(["x"] * 900) for name in extra}
    with tempfile.TemporaryDirectory() as folder:
        plain = read(write_csv(columns(FRAME), Path(folder)), FRAME)
        found = read(write_csv({n: values[n] for n in [*extra, *order]}, Path(folder)), FRAME)
    assert isinstance(found, Flight) and isinstance(plain, Flight)
    np.testing.assert_array_equal(found.position_m, plain.position_m)
    np.testing.assert_array_equal(found.rss_db, plain.rss_db)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", ["time_s", "latitude_deg", "longitude_deg", "height_m", "rss_db"])
def test_missing_columns(kind: str, name: str, tmp_path: Path) -> None:
    values = columns(FRAME)
    del values[name]
    found = read(WRITERS[kind](values, tmp_path), FRAME)
    assert isinstance(found, str) and "missing" in found


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda v: {"latitude_deg": v["longitude_deg"], "longitude_deg": v["latitude_deg"]},
            "latitude and longitude are swapped",
        ),
        (
            lambda v: {n: np.radians(v[n]) for n in ("latitude_deg", "longitude_deg")},
            "if latitude and longitude are in radians",
        ),
        (lambda v: {"longitude_deg": -v["longitude_deg"]}, "the longitude lacks its sign"),
        (lambda v: {"latitude_deg": -v["latitude_deg"]}, "the latitude lacks its sign"),
        (lambda v: {"latitude_deg": 1e7 * v["latitude_deg"]}, "is not on the globe"),
        (lambda v: {"latitude_deg": v["latitude_deg"] + 1}, "stays 111 km away from the area"),
        (lambda v: {"height_m": (v["height_m"] + 20) / 0.3048}, "flights.maximum_height_m"),
        (lambda v: {"height_m": v["height_m"] - 60.0}, "never rises above 15 m"),
        (
            lambda v: {"height_m": np.where(np.arange(900) % 2, 40.0, -20.0)},
            "lie below the ground (down to",
        ),
        (lambda v: {"time_s": 1e3 * (v["time_s"] - 1.7e9)}, "Are the times in milliseconds?"),
        (lambda v: {"time_s": 1e9 * (v["time_s"] - 1.7e9)}, "flights.maximum_interval_s"),
        (lambda v: {"time_s": (v["time_s"] - 1.7e9) / 60}, "flights.maximum_speed_m_s"),
        (lambda v: {"time_s": (v["time_s"] - 1.7e9) / 3600}, "flights.maximum_speed_m_s"),
        (lambda v: {"yaw_deg": np.radians(v["yaw_deg"]), "roll_deg": 0 * v["time_s"],
                    "pitch_deg": 0 * v["time_s"]}, "follows the course over ground if it is read"),
        (lambda v: {"pitch_deg": v["yaw_deg"], "yaw_deg": v["pitch_deg"]}, "beyond 90 degrees"),
        (lambda v: {"roll_deg": 100 * v["roll_deg"]}, "beyond 90 degrees"),
        (lambda v: {"rss_db": 10 ** (v["rss_db"] / 10)}, "in dB"),
        (lambda v: {"rss_db": np.full(900, -71.5)}, "the power is -71.5 dB in every sample"),
        (lambda v: {"rss_db": 1e6 * v["rss_db"]}, "powers beyond 300 dB"),
        (lambda v: {"time_s": 300 * np.floor(v["time_s"] / 300)}, "time stands still"),
        (lambda v: {n: x[:10] for n, x in v.items()}, "only 10 samples above 15 m"),
        (lambda v: {n: x[:0] for n, x in v.items()}, "holds no samples"),
        (lambda v: {"height_m": np.full(900, np.nan)}, "has a NaN"),
        (lambda v: {"rss_db": np.full(900, -np.inf)}, "has a NaN"),
    ],
)  # fmt: skip
def test_wrong_units_and_values(
    kind: str, change: Callable[[Columns], Columns], told: str, tmp_path: Path
) -> None:
    values = columns(FRAME)
    found = read(WRITERS[kind](values | change(values), tmp_path), FRAME)
    assert isinstance(found, str), found.notes
    assert told in found and f"flight.{kind}" in found


@pytest.mark.parametrize("kind", WRITERS)
def test_what_is_left_out_is_told(kind: str, tmp_path: Path) -> None:
    values = columns(FRAME)
    values["latitude_deg"][:20] = values["longitude_deg"][:20] = 0.0
    values["height_m"][100:110] = -9999.0
    values["rss_db"][200] = 1e300
    values["time_s"][300] = np.inf
    values["quality_db"][400:500] = -np.inf
    values["height_m"][600:605] = -5.0
    values["time_s"][700:] += 30.0
    found = read(WRITERS[kind](values, tmp_path), FRAME)
    assert isinstance(found, Flight), found
    check(found, "")
    assert found.notes[-6:] == (
        "20 of 900 positions more than 10 km away left out (flights.maximum_distance_m)",
        "21 samples with NaN masked",
        "1 reading of 1e+300 dB, 1e+300 dB above all others, left out",
        "10 samples with heights beyond 150 m (flights.maximum_height_m) left out",
        "1 gaps of more than 5 s in the log, the longest 30 s",
        "5 samples below the ground left out",
    )
    # Minus infinity is no lock, and no missing quality.
    assert (found.quality_db == -np.inf).sum() == 100
    values["quality_db"][:] = -np.inf
    never = read(WRITERS[kind](values, tmp_path), FRAME)
    assert isinstance(never, Flight)
    assert not lock_status(never, SETTINGS)[0]


def test_ten_hours(tmp_path: Path) -> None:
    found = read(write_afar(columns(FRAME, 360_000), tmp_path), FRAME)
    assert isinstance(found, Flight) and len(found) == 6000


def test_flights_that_only_look_odd(tmp_path: Path) -> None:
    """A hover, a nose held north, an unwrapped yaw and a slow log are no faults."""
    for values in (
        changed(latitude_deg=np.full(900, 35.728), longitude_deg=np.full(900, -78.698)),
        changed(yaw_deg=np.full(900, 1.5), roll_deg=np.full(900, 0.1), pitch_deg=np.full(900, 0.0)),
        changed(yaw_deg=np.degrees(np.unwrap(np.radians(columns(FRAME)["yaw_deg"])))),
        columns(FRAME, 300, 0.5),
    ):
        found = read(write_csv(values, tmp_path), FRAME)
        assert isinstance(found, Flight), found


@STABLE
@given(
    row=st.lists(
        st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308, 0.0, 5e-324, 1e17, -1.0]),
        min_size=9,
        max_size=9,
    ),
    share=st.sampled_from([0.001, 0.03, 0.2, 0.9, 1.0]),
    kind=st.sampled_from(sorted(WRITERS)),
)
def test_extreme_values(row: list[float], share: float, kind: str) -> None:
    values = columns(FRAME)
    chosen = np.random.default_rng(1).random(900) < share
    for name, value in zip(values, row, strict=True):
        values[name] = np.where(chosen, value, values[name])
    with tempfile.TemporaryDirectory() as folder:
        check(read(WRITERS[kind](values, Path(folder)), FRAME), f"flight.{kind}")


@STABLE
@given(
    file=st.sampled_from(["power_log.csv", "quality_log.csv", "log.csv"]),
    value=st.sampled_from(["nan", "inf", "-inf", "1e308", "-1e308", "0"]),
    column=st.integers(0, 3),
    every=st.sampled_from([1, 2, 50]),
)
def test_extreme_values_of_a_release(file: str, value: str, column: int, every: int) -> None:
    def change(content: bytes) -> bytes:
        rows = [line.split(",") for line in content.decode().splitlines()]
        for row in rows[::every]:
            row[min(column, len(row) - 1)] = value
        return ("\n".join(",".join(row) for row in rows) + "\n").encode()

    damaged("release", file, change)


def test_attitude_units_of_raw_logs(tmp_path: Path) -> None:
    path = FORMATS["raw_attitude"](FRAME, tmp_path)
    vehicle = tmp_path / "a_vehicleOut.txt"
    vehicle.write_text(vehicle.read_text().replace('"(0.1,1.5707963,-0.2)"', '"(6,90,-11)"'))
    found = read(path, FRAME)
    assert isinstance(found, Flight)
    assert np.degrees(found.attitude_rad[0]) == pytest.approx([-11.0, 6.0, 90.0])
    assert "a_vehicleOut.txt has its attitude in degrees" in found.notes
    vehicle.write_text(vehicle.read_text().replace('"(6,90,-11)"', '"(nan,90,-11)"', 1))
    found = read(path, FRAME)
    assert isinstance(found, Flight) and np.isfinite(found.attitude_rad).all()
    assert any(note.startswith("1 positions with NaN") for note in found.notes)
    # One wrong line neither decides the unit nor drops the others' attitude.
    for wrong in ('"(9e9,90,-11)"', ""):
        text = vehicle.read_text().replace('"(nan,90,-11)"', '"(6,90,-11)"')
        text = text.replace('"(6,90,-11)"', '"(0.1,1.5,-0.2)"')
        vehicle.write_text(text.replace('"(0.1,1.5,-0.2)"', wrong, 1))
        found = read(path, FRAME)
        assert isinstance(found, Flight), found
        assert found.attitude_rad[-1] == pytest.approx([-0.2, 0.1, 1.5])


def test_unreadable_lines_are_counted(tmp_path: Path) -> None:
    path = FORMATS["raw"](FRAME, tmp_path)
    lines = path.read_text().splitlines()
    lines[5] = "garbage"
    path.write_text("\n".join(["", *lines]) + "\n")
    found = read(path, FRAME)
    assert isinstance(found, Flight)
    note = "2 unreadable lines of a_power_log.txt left out, the first is line 7"
    assert note in found.notes


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / ("x" * 300), tmp_path / ("x" * 300 + ".csv"), tmp_path):
        assert str(path) in str(read(path, FRAME))
    for name in ("d.csv", "d.mat", "d.parquet", "a_power_log.txt"):
        (tmp_path / name).mkdir()
        assert name in str(read(tmp_path / name, FRAME))
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    assert "loop.csv: " in str(read(tmp_path / "loop.csv", FRAME))


@pytest.mark.parametrize(
    "values",
    [
        [[1.0]] * 900,
        [{"a": 1.0}] * 900,
        [True] * 900,
    ],
)
def test_parquet_columns_of_other_types(tmp_path: Path, values: object) -> None:
    found = read(WRITERS["parquet"](changed(time_s=values), tmp_path), FRAME)
    assert isinstance(found, str) and "column time_s: found" in found


def test_text_columns_and_absent_values(tmp_path: Path) -> None:
    """What programs write for no value is none; numbers may be written as +1 or with blanks."""
    values = columns(FRAME)
    text = [f" +{value}" if value > 0 else f" {value}" for value in values["rss_db"]]
    text[10], text[11], text[12] = "NA", "", "null"
    found = read(write_csv(changed(rss_db=text), tmp_path), FRAME)
    assert isinstance(found, Flight) and "3 samples with NaN masked" in found.notes
    np.testing.assert_array_equal(found.rss_db[:10], values["rss_db"][:10])
