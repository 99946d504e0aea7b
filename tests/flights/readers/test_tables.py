"""Tables that people have: any separator, any name of the file and of its columns."""

from __future__ import annotations

import gzip
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bad_logs import SETTINGS, columns, write_afar, write_csv, write_parquet

from rfsl.cli import _pairs
from rfsl.config.config import Config
from rfsl.errors import ConfigError, FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.readers.columns import NEEDED, OPTIONAL
from rfsl.flights.readers.delimited import open_delimited
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

FRAME = LocalFrame.of(Config().scenario)


def reading(path: Path, **changes: object) -> Flight:
    """The flight of a log, with changed settings."""
    return read_log(path, FRAME, SETTINGS.model_copy(update=changes))


def refused(path: Path, **changes: object) -> str:
    """The message of a log that is not read."""
    with pytest.raises(FlightError) as error:
        reading(path, **changes)
    assert path.name in str(error.value)
    return str(error.value)


@pytest.fixture
def plain(tmp_path: Path) -> Flight:
    folder = tmp_path / "plain"
    folder.mkdir()
    return reading(write_csv(columns(FRAME), folder))


def same(found: Flight, wanted: Flight) -> None:
    np.testing.assert_allclose(found.rss_db, wanted.rss_db, atol=1e-6)
    np.testing.assert_allclose(found.position_m, wanted.position_m, atol=0.02)
    np.testing.assert_allclose(found.time_s, wanted.time_s, atol=1e-4)


# Files


@pytest.mark.parametrize("name", ["flight.txt", "flight.tsv", "flight", "flight.log.1", "x.mat"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "  "])
def test_text_is_read_whatever_its_name(
    name: str, separator: str, tmp_path: Path, plain: Flight
) -> None:
    rows = pd.DataFrame(columns(FRAME)).to_csv(index=False).splitlines()
    path = tmp_path / name
    path.write_text("\n".join(row.replace(",", separator) for row in rows) + "\n")
    if name == "x.mat":  # what looks like nothing is what its name says
        assert "cannot be read as a MATLAB v5 file" in refused(path)
        return
    same(reading(path), plain)


def test_parquet_and_matlab_are_read_whatever_their_name(tmp_path: Path, plain: Flight) -> None:
    for write in (write_parquet, write_afar):
        path = write(columns(FRAME), tmp_path).rename(tmp_path / "log.bin")
        found = reading(path, afar_height_correction_m=0.0)
        same(found, plain)
        packed = tmp_path / "log"
        packed.write_bytes(gzip.compress(path.read_bytes()))
        same(reading(packed, afar_height_correction_m=0.0), plain)


def test_a_packed_log(tmp_path: Path, plain: Flight) -> None:
    content = gzip.compress(write_csv(columns(FRAME), tmp_path).read_bytes())
    path = tmp_path / "flight.csv.gz"
    path.write_bytes(content)
    same(reading(path), plain)
    path.write_bytes(content[: len(content) // 2])
    assert "cannot be unpacked as gzip" in refused(path)


def test_comments_and_tables_without_names(tmp_path: Path, plain: Flight) -> None:
    values = columns(FRAME)
    rows = pd.DataFrame(values).to_csv(index=False, header=False)
    path = tmp_path / "flight.txt"
    path.write_text(f"# logger 3\n\n{','.join(values)}\n{rows}")
    same(reading(path), plain)
    path.write_text(f"# {','.join(values)}\n{rows}")
    same(reading(path), plain)
    path.write_text(rows)
    told = refused(path)
    assert "the numbers 1 to 9 (1700000000.0," in told
    same(reading(path, columns={name: str(i) for i, name in enumerate(values, 1)}), plain)


@pytest.mark.parametrize("title", ["sep=,", "Logger-1.4,model=X", "Flight of May"])
def test_a_title_before_the_names(title: str, tmp_path: Path, plain: Flight) -> None:
    frame = pd.DataFrame(columns(FRAME)).assign(note="text, or more")
    path = tmp_path / "flight.csv"
    path.write_text(f"{title}\n{frame.to_csv(index=False)}")
    same(reading(path), plain)


def test_damaged_rows_and_cells_are_left_out_and_told(tmp_path: Path) -> None:
    rows = write_csv(columns(FRAME), tmp_path).read_text().splitlines()
    rows[10] = rows[10][: len(rows[10]) // 2]
    rows[20] = rows[20].replace(",", "\0", 1)
    rows[30] = "x" + rows[30]
    path = tmp_path / "flight.csv"
    path.write_text("\n".join(rows) + "\n")
    found = reading(path)
    assert found.notes[:3] == (
        "2 damaged rows left out, the first is line 11",
        "1 cells of column time_s that cannot be read left out, the first in row 28",
        "1 samples with NaN masked",
    )
    assert len(found) == 897
    for number in range(100, 200):
        rows[number] = "x" + rows[number]
    path.write_text("\n".join(rows) + "\n")
    assert "row 28, column time_s: found 'x1700000002.9'; Unix time" in refused(path)


@settings(max_examples=50, deadline=None)
@given(text=st.text(alphabet="ab1.,;\t|#\n \"'-é\0", max_size=200))
def test_any_text_is_a_table_or_none(text: str) -> None:
    try:
        table = open_delimited(Path("a.txt"), lambda: [text])
    except FlightError as error:
        assert "a.txt" in str(error)
        return
    if table is not None:
        lengths = {len(column) for column in table.read(table.names).values()}
        assert len(lengths) <= 1 and len(table.names) >= 2


# Columns


def test_other_names_are_proposed_and_read(tmp_path: Path, plain: Flight) -> None:
    names = {
        "time_s": "Timestamp [s]",
        "latitude_deg": "GPS_Lat",
        "longitude_deg": "lng",
        "height_m": "relAlt",
        "rss_db": "RSSI (dBm)",
        "yaw_deg": "heading",
    }
    frame = pd.DataFrame(columns(FRAME)).rename(columns=names)
    frame = frame.drop(columns=["quality_db", "roll_deg", "pitch_deg"])
    frame["satellites"] = 11
    path = tmp_path / "flight.csv"
    frame.to_csv(path, index=False)
    told = refused(path)
    assert "missing column(s) time_s (" in told and "satellites" in told
    option = shlex.split(told[told.index("--columns") :])[1].rstrip(";")
    wanted = dict(pair.split("=") for pair in option.split(","))
    assert wanted == names
    found = reading(path, columns=wanted)
    same(found, plain)
    np.testing.assert_array_equal(found.attitude_rad[:, 2], plain.attitude_rad[:, 2])
    assert "columns not used: satellites" in found.notes


def test_what_cannot_be_guessed_is_left_to_the_user(tmp_path: Path) -> None:
    frame = pd.DataFrame(columns(FRAME)).rename(columns={"rss_db": "rssi_1", "height_m": "q"})
    frame["rssi_2"] = frame["rssi_1"]
    path = tmp_path / "flight.csv"
    frame.to_csv(path, index=False)
    told = refused(path)
    assert "--columns height_m=NAME,rss_db=rssi_1; rss_db may also be rssi_2" in told
    assert "put your column in place of each NAME" in told
    told = refused(path, columns={"rss_db": "rssi1", "height_m": "q"})
    assert "there is no column rssi1, which flights.columns (--columns) names" in told
    assert "Did you mean rssi_" in told
    found = reading(path, columns={"rss_db": "rssi_2", "height_m": "42", "quality_db": ""})
    assert (found.position_m[:, 2] == 42.0).all()
    assert np.isnan(found.quality_db).all()
    assert "height_m is 42 in every row (flights.columns)" in found.notes
    assert "columns not used: q, rssi_1, quality_db" in found.notes


def test_altitudes_above_sea_level(tmp_path: Path, plain: Flight) -> None:
    values = columns(FRAME)
    values["height_m"] = values["height_m"] + 1200.0
    told = refused(write_csv(values, tmp_path))
    assert "set flights.height_offset_m to minus the altitude of the ground" in told
    same(reading(tmp_path / "flight.csv", height_offset_m=-1200.0), plain)


def test_two_receivers_in_a_matlab_file(tmp_path: Path) -> None:
    """The names of AFAR files are known; without all of them, no height is corrected."""
    from scipy.io import savemat

    values = columns(FRAME)
    fields = {
        "timestamp_power": values["time_s"],
        "mX": values["longitude_deg"],
        "mY": values["latitude_deg"],
        "mZ": values["height_m"],
        "mpower1": values["rss_db"],
        "mpower2": values["rss_db"] - 7.0,
        "other": np.arange(3.0),
        "text": "abc",
    }
    path = tmp_path / "log.mat"
    savemat(path, fields)
    assert "--columns rss_db=mpower1; rss_db may also be mpower2" in refused(path)
    found = reading(path, columns={"rss_db": "mpower2"})
    np.testing.assert_array_equal(found.rss_db, values["rss_db"] - 7.0)
    assert (found.position_m[:, 2] == 40.0).all()
    told = refused(path, columns={"rss_db": "mpower1"}, where={"other": "1"})
    assert "column other, which flights.where (--where) names, has 3 rows and not 900" in told
    told = refused(path, columns={"rss_db": "other"})
    assert "fields differ in length" in told
    assert "field text has shape" in refused(path, columns={"rss_db": "text"})


@given(
    pairs=st.dictionaries(
        st.sampled_from([*NEEDED, *OPTIONAL]),
        st.text(st.characters(blacklist_characters=",", blacklist_categories=["Z", "C"])),
    )
)
def test_the_option_gives_what_is_written(pairs: dict[str, str]) -> None:
    words = [f"{name}={value}" for name, value in pairs.items()]
    assert _pairs("--columns", words) == pairs
    with pytest.raises(ConfigError, match=r"--columns: found 'rssi'; NAME=VALUE is needed"):
        _pairs("--columns", ["rssi"])
