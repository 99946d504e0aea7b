"""Measurements of POWDER: one receiver chosen, the transmitter as the moving node."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_logs import SETTINGS, check

import rfsl
from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
GROUND = SETTINGS.whole().model_copy(
    update={"minimum_height_m": 0.0, "columns": {"height_m": "1.5"}}
)
#: Places of the fixed receivers in the local frame.
PLACES_M = {"roof": (100.0, 150.0), "wall-nuc1": (180.0, 60.0)}
START_S = datetime(2022, 4, 25, 14, 12, 32, tzinfo=UTC).timestamp()
Records = dict[str, Any]


def key(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S")


def walk(count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Positions (S, 2) of a walk round the receivers in the local frame, and times (S,)."""
    turn = np.linspace(0.0, 4.0 * np.pi, count)
    x_m, y_m = 130.0 + 90.0 * np.cos(turn), 110.0 + 70.0 * np.sin(1.5 * turn)
    return np.column_stack([x_m, y_m]), START_S + 4.0 * np.arange(count)


def measured(count: int = 300) -> Records:
    """What two fixed receivers and a bus read of one transmitter."""
    track_m, time_s = walk(count)
    random = np.random.default_rng(5)
    records = {}
    for (x_m, y_m), at_s in zip(track_m, time_s, strict=True):
        readings = []
        for name, place_m in PLACES_M.items():
            away_m = np.hypot(x_m - place_m[0], y_m - place_m[1])
            rss_db = -30.0 - 20.0 * np.log10(away_m + 5.0) + random.normal()
            readings.append([rss_db, *geodetic(*place_m), name])
        readings.append([-60.0, *geodetic(at_s - START_S, 0.0), "bus-1"])
        records[key(at_s)] = {
            "rx_data": readings,
            "tx_coords": [list(geodetic(x_m, y_m))],
            "metadata": [{"power": 1, "transport": "walking", "radio": "TXA"}],
        }
    return records


def geodetic(x_m: float, y_m: float) -> tuple[float, float]:
    latitude_deg, longitude_deg = FRAME.to_geodetic(np.array([x_m]), np.array([y_m]))
    return float(latitude_deg[0]), float(longitude_deg[0])


def written(records: Records, folder: Path) -> Path:
    path = folder / "walking.json"
    path.write_text(json.dumps(records))
    return path


def reading(path: Path, **where: str) -> Flight:
    return read_log(path, FRAME, GROUND.model_copy(update={"where": where}))


def refused(path: Path, **where: str) -> str:
    with pytest.raises(FlightError) as error:
        reading(path, **where)
    assert path.name in str(error.value)
    return str(error.value)


def test_one_receiver_is_chosen(tmp_path: Path) -> None:
    records = measured()
    path = written(records, tmp_path)
    track_m, time_s = walk()
    for number, name in enumerate(PLACES_M):
        found = reading(path, receiver=name)
        rss_db = [record["rx_data"][number][0] for record in records.values()]
        np.testing.assert_allclose(found.rss_db, rss_db)
        np.testing.assert_allclose(found.position_m[:, :2], track_m, atol=0.02)
        np.testing.assert_allclose(found.position_m[:, 2], 1.5)
        np.testing.assert_allclose(found.time_s + found.start_s, time_s)
        assert f"300 of 600 rows have receiver={name}; the others are not used" in found.notes
    assert len(reading(path, receiver="roof", transport="walking", radio="TXA", tx_power="1")) > 0


def test_without_a_choice_every_receiver_is_named(tmp_path: Path) -> None:
    records = measured()
    for record in records.values():  # more than the message of other columns lists
        record["rx_data"] += [[-90.0, 35.7, -78.7, f"nuc{i}"] for i in range(30)]
    told = refused(written(records, tmp_path))
    assert "the log holds 32 values of receiver (" in told and "--where receiver=" in told
    assert all(f"{name}: 300" in told for name in (*PLACES_M, *(f"nuc{i}" for i in range(30))))
    assert "no row has receiver=attic" in refused(tmp_path / "walking.json", receiver="attic")


def test_even_two_alike_receivers_are_told(tmp_path: Path) -> None:
    records = measured()
    for record in records.values():
        first = record["rx_data"][0]
        record["rx_data"] = [first, [*first[:3], "beside"]]
    assert "2 values of receiver" in refused(written(records, tmp_path))


def test_receivers_that_move_are_left_out(tmp_path: Path) -> None:
    records = measured()
    path = written(records, tmp_path)
    assert any(
        note.startswith("receivers that move left out") and note.endswith(": bus-1")
        for note in reading(path, receiver="roof").notes
    )
    for record in records.values():
        record["rx_data"] = record["rx_data"][2:]
    assert "every receiver moves (bus-1)" in refused(written(records, tmp_path))


def test_the_height_has_to_be_given(tmp_path: Path) -> None:
    path = written(measured(), tmp_path)
    with pytest.raises(FlightError, match=r"missing column\(s\) height_m"):
        read_log(path, FRAME, SETTINGS.model_copy(update={"where": {"receiver": "roof"}}))


def test_two_transmitters(tmp_path: Path) -> None:
    records = measured()
    for record in list(records.values())[:40]:
        record["tx_coords"] *= 2
    for record in list(records.values())[40:50]:
        record["tx_coords"] = []
    for record in list(records.values())[50:60]:
        record["tx_coords"] = [[None, -78.7]]
    found = reading(written(records, tmp_path), receiver="roof")
    assert len(found) == 240
    assert "120 readings of several transmitters left out" in found.notes
    assert "60 readings without a position of the transmitter left out" in found.notes
    for record in records.values():
        record["tx_coords"] = [[35.7, -78.7], [35.8, -78.7]]
    told = refused(written(records, tmp_path), receiver="roof")
    assert "no reading is of one transmitter" in told
    assert "900 readings of several transmitters left out" in told


def test_measurements_of_several_days(tmp_path: Path) -> None:
    records = measured()
    days = dict(list(records.items())[:150])
    _, time_s = walk()
    for (name, record), at_s in zip(list(records.items())[150:], time_s[150:], strict=True):
        days[key(at_s + 77.0 * 86_400.0)] = record
        assert name != key(at_s + 77.0 * 86_400.0)
    found = reading(written(days, tmp_path), receiver="roof")
    whole = reading(written(records, tmp_path), receiver="roof")
    np.testing.assert_allclose(found.rss_db, whole.rss_db)
    later_s = np.where(np.arange(300) < 150, 0.0, 77.0 * 86_400.0)
    np.testing.assert_allclose(found.time_s, whole.time_s + later_s)
    assert found.start_s == START_S
    assert any("1 gaps of more than 5 s in the log" in note for note in found.notes)
    for _ in range(145):  # five readings on the second day are wrong times
        del days[list(days)[-1]]
    for name, record in list(records.items())[150:250]:
        days[name] = record
    assert "longer than a day" in refused(written(days, tmp_path), receiver="roof")


def test_missing_powers_are_masked(tmp_path: Path) -> None:
    records = measured()
    for value, record in zip((None, float("nan"), -float("inf")), records.values(), strict=False):
        record["rx_data"][0][0] = value
    found = reading(written(records, tmp_path), receiver="roof")
    assert len(found) == 297
    assert "2 samples with NaN masked" in found.notes
    assert "1 reading of 300 not received (power of minus infinity)" in found.notes


WRONG_ITEMS = [
    None,
    7,
    [],
    [-50.0, 35.7, -78.7],
    [-50.0, 35.7, -78.7, "roof", 1],
    ["-50", 35.7, -78.7, "roof"],
    [True, 35.7, -78.7, "roof"],
    [10**400, 35.7, -78.7, "roof"],
    [-50.0, 35.7, -78.7, None],
    [-50.0, 35.7, -78.7, ""],
    [-50.0, 35.7, -78.7, "ro\0of"],
]


@pytest.mark.parametrize("item", WRONG_ITEMS)
def test_damaged_readings(item: object, tmp_path: Path) -> None:
    records = measured()
    first = list(records)[1]
    records[first]["rx_data"][0] = item
    found = reading(written(records, tmp_path), receiver="roof")
    assert len(found) == 299
    assert "1 readings or records that are damaged left out" in found.notes
    for record in list(records.values())[:150]:
        record["rx_data"][0] = item
    told = refused(written(records, tmp_path), receiver="roof")
    assert f"record '{key(START_S)}': found" in told and "in rx_data" in told
    assert "\0" not in told and len(told) < 1000


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("Monday", {"rx_data": [], "tx_coords": [[35.7, -78.7]]}),
        ("2022-13-45 14:12:32", {"rx_data": []}),
        ("2022-04-26 10:00:00", [1, 2]),
        ("2022-04-26 10:00:00", {"rx_data": "none"}),
        ("2022-04-26 10:00:00", {"readings": []}),
    ],
)
def test_damaged_records(name: str, record: object, tmp_path: Path) -> None:
    records = measured()
    found = reading(written(records | {name: record}, tmp_path), receiver="roof")
    assert "1 readings or records that are damaged left out" in found.notes
    alone = {f"{name}{i * ' '}": record for i in range(3)}
    told = refused(written(alone | {"no time": {"rx_data": []}}, tmp_path))
    assert f"record '{name}': found" in told and "is needed" in told


@pytest.mark.parametrize("content", ['{"a": {"rx_data": ', '{"rx_data": ' + '{"a": ' * 100_000])
def test_no_json(content: str, tmp_path: Path) -> None:
    path = tmp_path / "walking.json"
    path.write_text(content)
    assert "cannot be read as JSON" in refused(path)


@pytest.mark.parametrize("content", ['{"rx_data": {}}', '{"2022-04-25 14:12:32": {"rx_data": []}}'])
def test_nothing_measured(content: str, tmp_path: Path) -> None:
    path = tmp_path / "walking.json"
    path.write_text(content)
    assert refused(path)


_WHOLE = json.dumps(measured(210)).encode()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    share=st.floats(0.0, 1.0, exclude_max=True),
    places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=9),
)
def test_damaged_files(share: float, places: list[tuple[float, int]]) -> None:
    """A truncated file, and one with flipped bytes, is one error or a flight."""
    whole = _WHOLE
    flipped = bytearray(whole)
    for place, value in places:
        flipped[int(place * len(whole))] = value
    for content in (whole[: int(share * len(whole))], bytes(flipped)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "walking.json"
            path.write_bytes(content)
            try:
                found: Flight | str = reading(path, receiver="roof")
            except FlightError as error:
                found = str(error)
        check(found, path.name)
        assert isinstance(found, str) or content.endswith(b"}")  # no JSON is read in part


def test_a_receiver_is_localized(tmp_path: Path) -> None:
    path = written(measured(), tmp_path)
    fix = rfsl.localize(
        path,
        where={"receiver": "roof"},
        columns={"height_m": "1.5"},
        source_height_m=6.0,
        calibration="none",
        config={"flights": {"minimum_height_m": 0}},
        results=tmp_path,
    )
    assert fix.usable and fix.position is not None
    x_m, y_m = FRAME.to_local(
        np.array([fix.position.latitude_deg]), np.array([fix.position.longitude_deg])
    )
    assert np.hypot(x_m[0] - PLACES_M["roof"][0], y_m[0] - PLACES_M["roof"][1]) < 30.0
