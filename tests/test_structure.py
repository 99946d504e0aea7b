"""The package's own rules: imports go downwards, digests follow imports, writes are whole."""

from __future__ import annotations

import ast
import os
import shutil
from pathlib import Path

import pytest

from rfsl.errors import DataError
from rfsl.io.writing import written_beside
from rfsl.workflow.code_digest import code_digest, import_statements, imported_files

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "rfsl"
#: Lowest first: a module imports only from those before it (or from its own package).
LAYERS = [
    "errors",
    "arrays",
    "files",
    "arrow",
    "randomness",
    "splits",
    "palette",
    "words",
    "progress",
    "config",
    "data",
    "frames",
    "flights",
    "trajectories",
    "random_trajectories",
    "antennas",
    "calibrated",
    "cells",
    "propagation",
    "likelihood",
    "bounds",
    "receiver",
    "calibration",
    "simulation",
    "flight_simulation",
    "embedded",
    "representations",
    "kmeans",
    "partitions",
    "preprocessing",
    "schemas",
    "tables",
    "radiomaps",
    "models",
    "checkpoints",
    "training",
    "set_training",
    "heatmap_training",
    "posterior",
    "regions",
    "localizers",
    "evaluation",
    "figures",
    "pages",
    "codedigest",
    "plan",
    "localize",
    "record",
    "jobs",
    "cli",
    "reference",
]


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def test_modules_import_downwards() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py"]
    assert {layer_of(path) for path in modules} == set(LAYERS)
    for path in modules:
        rank = LAYERS.index(layer_of(path))
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rfsl."):
                other = (node.module or "").split(".")[1]
                assert LAYERS.index(other) <= rank, f"{path} imports {node.module}"


def test_no_file_is_two_things() -> None:
    long = [p.name for p in PACKAGE.rglob("*.py") if len(p.read_text().splitlines()) > 420]
    assert long == []


def script(name: str) -> Path:
    return ROOT / "workflow" / "scripts" / name


def test_digest_follows_imports() -> None:
    training = {path.relative_to(PACKAGE).as_posix() for path in imported_files(script("train.py"))}
    assert {"training.py", "models/realadaptrnet.py", "frames.py", "__init__.py"} <= training
    assert not {"preprocessing.py", "receiver.py", "figures/errors.py"} & training
    fetching = {path.relative_to(PACKAGE).as_posix() for path in imported_files(script("fetch.py"))}
    assert "data/registry.tsv" in fetching


def test_every_import_is_found() -> None:
    """Those in functions, branches and handlers too: as many as a walk over all of the tree."""
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        every = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert sorted(node.lineno for node in import_statements(path)) == sorted(every), path


def copied_package(folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PACKAGE, folder / "rfsl", ignore=ignore))


def test_digest_does_not_depend_on_the_place(tmp_path: Path) -> None:
    copy = copied_package(tmp_path)
    assert code_digest(script("train.py"), copy) == code_digest(script("train.py"))


def test_digest_changes_with_what_is_imported_only(tmp_path: Path) -> None:
    copy = copied_package(tmp_path)
    with (copy / "training.py").open("a") as handle:
        handle.write("\n# changed\n")
    names = {path.name for path in (ROOT / "workflow/scripts").glob("*.py")}
    changed = {n for n in names if code_digest(script(n), copy) != code_digest(script(n))}
    assert changed == {"train.py", "evaluate.py", "complexity.py"}


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
