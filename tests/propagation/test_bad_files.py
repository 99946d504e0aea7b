"""A wrong chamber file or calibration is one error that says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bad_values import STABLE, VALUES, one_error
from support.user_files import (
    chamber_rows,
    write_chamber_file,
)

from rfsl.errors import DataError
from rfsl.propagation.antennas import read_chamber_file
from rfsl.propagation.calibration_file import read_calibration

CHAMBER = chamber_rows(lambda elevation, azimuth: 1.0)


@STABLE
@given(content=st.binary(max_size=200), share=st.floats(0, 1), whole=st.booleans())
def test_damaged_chamber_files(tmp_path: Path, content: bytes, share: float, whole: bool) -> None:
    path = write_chamber_file(tmp_path / "a.txt", CHAMBER)
    good = path.read_bytes()
    at = int(share * len(good))
    path.write_bytes(content if whole else good[:at] + content)
    told = one_error(lambda: read_chamber_file(path))
    assert told is None or "a.txt" in told


@pytest.mark.parametrize("scale", [180 / 3.141592653589793, 0.5])
def test_chamber_files_in_other_units(tmp_path: Path, scale: float) -> None:
    rows = [row.split("\t") for row in CHAMBER]
    other = [[f"{scale * float(a)}", f"{scale * float(b)}", *rest] for a, b, *rest in rows]
    path = write_chamber_file(tmp_path / "a.txt", ["\t".join(row) for row in other])
    with pytest.raises(DataError, match="in radians, is needed"):
        read_chamber_file(path)


def test_chamber_files_with_odd_numbers(tmp_path: Path) -> None:
    for value in ("nan", "inf", "1e308", "-inf"):
        rows = [row.split("\t") for row in CHAMBER]
        rows[100][0 if value == "-inf" else 2] = value
        path = write_chamber_file(tmp_path / "a.txt", ["\t".join(row) for row in rows])
        with pytest.raises(DataError, match=r"a\.txt"):
            read_chamber_file(path)


@STABLE
@given(content=st.one_of(st.binary(max_size=100), VALUES.map(lambda v: json.dumps(v).encode())))
def test_damaged_calibrations(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "all.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"all\.json: not a calibration"):
        read_calibration(path)
