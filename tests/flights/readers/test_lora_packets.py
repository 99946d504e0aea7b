"""Logs of LoRa packets from a walked sender."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_logs import SETTINGS, check, columns

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
GROUND = SETTINGS.whole().model_copy(
    update={"minimum_height_m": 0.0, "columns": {"height_m": "1.5"}}
)
COUNT = 300
NAME = "24-04-Roof-SF7-13dBm"


def packets(count: int = COUNT) -> list[str]:
    """Lines of a receiver: a packet every two seconds, on a circle."""
    values = columns(FRAME, count, rate_hz=0.5)
    rss_dbm = np.round(values["rss_db"] - 40.0).astype(int)
    lines = []
    for i in range(count):
        clock = f"{23 + (3580 + 2 * i) // 3600:02d}:{(3580 + 2 * i) % 3600 // 60:02d}"
        clock = clock.replace("24:", "00:") + f":{(3580 + 2 * i) % 60:02d}"
        place = f"{values['latitude_deg'][i]:.6f},{values['longitude_deg'][i]:.6f}"
        lines.append(
            f"{clock},{i},{place},250000,5,916040000,7,13,{rss_dbm[i]},-{100 + i % 31},"
            f"{10 - i % 3}.25,0.000000,0.000000"
        )
    return lines


def written(lines: list[str], folder: Path, name: str = f"{NAME}-Receiver.csv") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def reading(path: Path, **where: str) -> Flight:
    return read_log(path, FRAME, GROUND.model_copy(update={"where": where}))


def refused(path: Path) -> str:
    with pytest.raises(FlightError) as error:
        reading(path)
    assert path.name in str(error.value)
    return str(error.value)


def without_position(line: str) -> str:
    fields = line.split(",")
    return ",".join([*fields[:2], "0.000000", "0.000000", *fields[4:]])


@pytest.mark.parametrize("name", [f"{NAME}-Receiver.csv", "packets", "log.txt.gz"])
def test_packets_are_readings(name: str, tmp_path: Path) -> None:
    path = written(packets(), tmp_path, name)
    if name.endswith("gz"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    found = reading(path)
    values = columns(FRAME, COUNT, rate_hz=0.5)
    np.testing.assert_allclose(found.rss_db, np.round(values["rss_db"] - 40.0))
    x_m, y_m = FRAME.to_local(values["latitude_deg"], values["longitude_deg"])
    np.testing.assert_allclose(found.position_m[:, :2], np.column_stack([x_m, y_m]), atol=0.2)
    np.testing.assert_allclose(found.position_m[:, 2], 1.5)
    np.testing.assert_allclose(found.time_s, 2.0 * np.arange(COUNT))
    assert np.isnan(found.quality_db).all()  # an SNR is no quality
    assert "times of day go past midnight" in found.notes


def test_packets_without_a_position_are_left_out(tmp_path: Path) -> None:
    lines = packets()
    lines[:30] = map(without_position, lines[:30])
    found = reading(written(lines, tmp_path))
    assert len(found) == COUNT - 30
    assert "30 packets without a position (0, 0) left out" in found.notes
    told = refused(written([without_position(line) for line in lines], tmp_path))
    assert f"none of its {COUNT} packets has a position" in told


def test_lost_packets_are_readings_not_received(tmp_path: Path) -> None:
    """They have the place where they were sent, and a time between their neighbours'."""
    lines = packets()
    sent = [",".join(line.split(",")[1:4]) for line in lines]
    sender = written(["# 250000,5,916040000,7,13", "#", *sent], tmp_path, f"{NAME}-Sender.csv")
    path = written(lines[:100] + lines[140:], tmp_path)
    found = reading(path)
    assert f"40 of {COUNT} packets sent ({sender.name}) are lost or damaged" in found.notes
    assert len(found) == COUNT - 40
    whole = reading(written(lines, tmp_path, "Other-Receiver.csv"))
    assert len(whole.lost) == 0 and not any("packets sent" in told for told in whole.notes)
    np.testing.assert_allclose(found.lost.time_s, whole.time_s[100:140])
    np.testing.assert_allclose(found.lost.position_m, whole.position_m[100:140])


def test_the_strength_of_a_packet_below_the_noise(tmp_path: Path) -> None:
    lines = packets()
    lines[1] = lines[1].replace(",9.25,", ",-7.25,")
    path = written(lines, tmp_path)
    chosen = GROUND.model_copy(
        update={"columns": {"height_m": "1.5", "rss_db": "packet_strength_dbm"}}
    )
    found, logged = read_log(path, FRAME, chosen), reading(path)
    np.testing.assert_allclose((logged.rss_db - found.rss_db)[:3], [0.0, 7.25, 0.0])


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"a,b\n", b"\xff\xfe\x00", b"\x80\x81"])
def test_a_sender_that_cannot_be_read(content: bytes, tmp_path: Path) -> None:
    path = written(packets(), tmp_path)
    (tmp_path / f"{NAME}-Sender.csv").write_bytes(content)
    found = reading(path)
    assert len(found) == COUNT
    assert any(note.startswith("packets that were lost are not used") for note in found.notes)


def test_damaged_lines(tmp_path: Path) -> None:
    lines = packets()
    lines[0] = "8\ufffdc\ufffd:9,2500"
    lines[7] = lines[7].replace(",", "", 1)
    lines[9] = lines[9].replace(",5,", ",5\x07,")
    lines[11] = lines[11].replace("35.", "3?.")
    found = reading(written(lines, tmp_path))
    assert len(found) == COUNT - 4
    note = f"3 of {COUNT} lines of damaged packets left out, the first is line 1"
    assert note in found.notes
    assert any("1 cells of column latitude_deg that cannot be read" in told for told in found.notes)
    cut = [line if i % 5 else line[:40] for i, line in enumerate(packets())]
    assert len(reading(written(cut, tmp_path))) == COUNT * 4 // 5
    cut = [line if i % 5 == 1 else line[:40] for i, line in enumerate(packets())]
    told = refused(written(cut, tmp_path))
    assert f"line 1: {COUNT * 4 // 5} of {COUNT} lines do not have the 14 fields" in told


def test_several_frequencies_are_told(tmp_path: Path) -> None:
    lines = packets(2 * COUNT)
    lines[COUNT:] = [line.replace(",916040000,", ",868100000,") for line in lines[COUNT:]]
    path = written(lines, tmp_path)
    assert "2 values of frequency_hz" in refused(path)
    assert len(reading(path, frequency_hz="868.1e6")) == COUNT


def test_other_tables_of_14_columns_are_no_packets(tmp_path: Path) -> None:
    for field, value in ((4, "25"), (5, "9"), (6, "915"), (7, "13"), (9, "83"), (0, "1650700000")):
        lines = []
        for line in packets():
            fields = line.split(",")
            fields[field] = value
            lines.append(",".join(fields))
        assert "the numbers 1 to 14" in refused(written(lines, tmp_path))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    share=st.floats(0.0, 1.0, exclude_max=True),
    places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=9),
)
def test_damaged_files(share: float, places: list[tuple[float, int]]) -> None:
    """A truncated file, and one with flipped bytes, is one error or a flight."""
    whole = "".join(f"{line}\n" for line in packets()).encode()
    flipped = bytearray(whole)
    for place, value in places:
        flipped[int(place * len(whole))] = value
    cut = whole[: int(share * len(whole))]
    for content in (cut, bytes(flipped)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{NAME}-Receiver.csv"
            path.write_bytes(content)
            try:
                found: Flight | str = reading(path)
            except FlightError as error:
                found = str(error)
        check(found, path.name)
        if content is cut and isinstance(found, Flight):
            assert any("ends inside a line" in note for note in found.notes) or cut.endswith(b"\n")
