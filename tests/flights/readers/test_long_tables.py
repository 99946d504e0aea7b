"""Large tables: read in pieces as if whole, and shortened before their columns are read."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_logs import SETTINGS, Columns, columns, write_afar, write_csv, write_parquet

from rfsl.config.config import Config
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers import content, delimited, long_tables, parquet, text
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)
VALUES = columns(FRAME)


def reading(path: Path, **changes: object) -> Flight:
    return read_log(path, FRAME, SETTINGS.model_copy(update=changes))


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is read in pieces of 3,000 bytes (about 35 rows), and never kept whole."""
    small(monkeypatch, 3_000)


def small(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    blocks = content.blocks
    monkeypatch.setattr(text, "blocks", lambda path, _: blocks(path, size))
    monkeypatch.setattr(delimited, "_PARSED_ONCE", 0)


def same(found: Flight, wanted: Flight) -> None:
    assert found.notes == wanted.notes
    for name in ("time_s", "position_m", "attitude_rad", "rss_db", "quality_db", "start_s"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def spoilt() -> str:
    """A table with blank and damaged lines, whose cells change their kind, cut in its last row."""
    frame = pd.DataFrame(VALUES).assign(satellites="11", comment="")
    frame["quality_db"] = frame["quality_db"].astype(object)
    frame.loc[300:500, "quality_db"] = "NA"
    frame["rss_db"] = frame["rss_db"].round(2).astype(object)
    frame.loc[600:, "rss_db"] = frame.loc[600:, "rss_db"].map("{:.3e}".format)
    frame.loc[700:, "satellites"] = "many"
    rows = frame.to_csv(index=False).splitlines()
    rows[120] = rows[120][:30]
    rows[450] = rows[450].replace(",", "\0", 1)
    rows[451:451] = ["", "   "]
    rows[800] = "x" + rows[800]
    return "\n".join(["# logger 3", *rows])


@settings(max_examples=12, deadline=None)
@given(size=st.integers(600, 90_000), ends=st.sampled_from(["\n", "\r\n"]), packed=st.booleans())
def test_pieces_of_any_size_give_the_same_flight(size: int, ends: str, packed: bool) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = Path(folder) / "flight.csv"
        raw = spoilt().replace("\n", ends).encode("utf-8-sig")
        path.write_bytes(gzip.compress(raw) if packed else raw)
        whole = reading(path)
        small(patch, size)
        same(reading(path), whole)
    assert whole.notes[:3] == (
        "flight.csv ends inside a line, which was left out",
        "2 damaged rows left out, the first is line 122",
        "1 cells of column time_s that cannot be read left out, the first in row 796",
    )


def test_an_error_in_a_later_piece_has_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "flight.csv"
    lines = write_csv(VALUES, tmp_path).read_text().splitlines()
    path.write_text("\n".join([*lines[:400], *(f"{line},7" for line in lines[400:])]) + "\n")

    def told() -> str:
        with pytest.raises(FlightError) as error:
            reading(path)
        return str(error.value)

    whole = told()
    assert "line 401: found 10 fields" in whole
    small(monkeypatch, 3_000)
    assert told() == whole


def test_times_of_day_go_past_midnight_between_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = pd.Timestamp("2024-05-01 23:59:15") + pd.to_timedelta(np.arange(900) * 0.1, unit="s")
    path = write_csv(VALUES | {"time_s": at.strftime("%H:%M:%S.%f")}, tmp_path)
    whole = reading(path)
    small(monkeypatch, 3_000)
    same(reading(path), whole)
    assert "times of day go past midnight" in whole.notes
    assert whole.time_s[-1] == pytest.approx(89.9)
    monkeypatch.setattr(long_tables, "MOST_USED", 450)
    assert reading(path).time_s[-1] == pytest.approx(89.9, abs=0.2)


def heard() -> Columns:
    """Three transmitters in turn, of different strength."""
    who = np.random.default_rng(3).integers(0, 3, 900)
    names = np.array(["aa:01", "aa:02", "aa:03"])[who]
    return VALUES | {"rss_db": VALUES["rss_db"] - 12.0 * who, "bssid": names}


@settings(max_examples=8, deadline=None)
@given(size=st.integers(600, 60_000), value=st.sampled_from(["aa:01", "aa:03"]))
def test_rows_chosen_piece_by_piece_are_those_chosen_of_the_whole(size: int, value: str) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path = write_csv(heard(), Path(folder))
        whole = reading(path, where={"bssid": value})
        small(patch, size)
        patch.setattr(long_tables, "MOST_USED", 899)
        same(reading(path, where={"bssid": value}), whole)


@pytest.mark.parametrize("write", [write_csv, write_parquet, write_afar])
def test_a_long_table_is_thinned_evenly_and_says_so(
    write: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(VALUES, tmp_path)  # type: ignore[operator]
    whole = reading(path)
    small(monkeypatch, 3_000)
    monkeypatch.setattr(parquet, "_BATCH_ROWS", 100)
    monkeypatch.setattr(long_tables, "MOST_USED", 300)
    found = reading(path)
    assert "one row of each 3 is used, 300 of 900: that many are enough" in " ".join(found.notes)
    places = np.searchsorted(whole.time_s + whole.start_s, found.time_s + found.start_s - 1e-4)
    np.testing.assert_array_equal(found.rss_db, whole.rss_db[places])
    assert set(places // 3) == set(range(300))
    assert all(np.bincount(places % 3) > 80)  # no place in the group is preferred


def test_rows_of_a_shortened_table_keep_their_numbers(
    in_pieces: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = heard()
    bad = int(np.flatnonzero(values["bssid"] == "aa:02")[100])
    values["rss_db"] = values["rss_db"].astype(object)
    values["rss_db"][bad] = "broken"
    path = write_csv(values, tmp_path)
    monkeypatch.setattr(long_tables, "MOST_USED", 899)
    found = reading(path, where={"bssid": "aa:02"})
    assert any(f"the first in row {bad + 1}" in note for note in found.notes)


def test_several_transmitters_of_a_long_table_are_told(
    in_pieces: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(heard(), tmp_path)
    monkeypatch.setattr(long_tables, "MOST_USED", 450)
    with pytest.raises(FlightError, match="the log holds 3 values of bssid"):
        reading(path)
    with pytest.raises(FlightError, match="no row has bssid=aa:09"):
        reading(path, where={"bssid": "aa:09"})


def test_rows_that_are_not_wanted_are_never_read_as_a_whole(
    in_pieces: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest: list[int] = []
    parse = delimited._columns

    def watched(*args: object) -> Sequence[object]:
        found = parse(*args)  # type: ignore[arg-type]
        longest.append(max(len(column) for column in found))
        return found

    monkeypatch.setattr(delimited, "_columns", watched)
    monkeypatch.setattr(long_tables, "MOST_USED", 300)
    reading(write_csv(VALUES, tmp_path))
    assert max(longest) < 60 and len(longest) > 40


def test_blocks_are_whole_lines(tmp_path: Path) -> None:
    def joined(raw: bytes, size: int) -> Iterator[bytes]:
        path.write_bytes(raw)
        yield from content.blocks(path, size)

    path = tmp_path / "a.txt"
    assert list(joined(b"", 4)) == []
    assert list(joined(b"ab\ncd\nef", 4)) == [b"ab\n", b"cd\nef"]
    assert list(joined(b"a long line\nb\n", 4)) == [b"a long line\n", b"b\n"]
