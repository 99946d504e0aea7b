"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rfsl.errors import DataError
from rfsl.io.writing import check_writable, written_beside


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a" / "file.txt"
    path.parent.mkdir()
    path.write_text("old")
    with pytest.raises(RuntimeError), written_beside(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [p.name for p in path.parent.iterdir()] == ["file.txt"]
    with written_beside(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new"
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_an_impossible_place_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(DataError, match=r"cannot write .*file/x\.txt: .*writable"),
        written_beside(tmp_path / "file" / "x.txt"),
    ):
        pass


def test_what_a_killed_job_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    (tmp_path / ".table-abc123_z.tsv").write_text("half")
    others = [".table-abc123_z.txt", ".other-abc123_z.tsv", ".table-b-abc123_z.tsv", "table-1.tsv"]
    for name in others:
        (tmp_path / name).write_text("not of this file")
    with written_beside(path) as temporary:
        temporary.write_text("whole")
    assert {item.name for item in tmp_path.iterdir()} == {"table.tsv", *others}


def test_a_folder_that_may_be_made_is_writable(tmp_path: Path) -> None:
    check_writable(tmp_path / "results" / "deeper")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="file is not a folder"):
        check_writable(tmp_path / "file" / "results")
