"""Digests of code: they follow imports, and read code without what only tells about it."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import pytest
from support.sources import PACKAGE, modules, scripts

from rfsl.workflow.code_digest import bare_code, code_digest, import_statements, imported_files


def script(name: str) -> Path:
    (found,) = [path for path in scripts() if path.stem == name]
    return found


def files_of(name: str) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in imported_files(script(name))}


def test_digest_follows_imports() -> None:
    training = files_of("train")
    assert {
        *("networks/realadaptrnet/training.py", "networks/realadaptrnet/network.py"),
        *("geometry/frames.py", "__init__.py"),
    } <= training
    assert (
        not {
            *("features/clustering.py", "simulation/receiver.py", "figures/error_bars.py"),
            "config/figures.py",
        }
        & training
    )
    assert "workflow/data/registry.tsv" in files_of("fetch")


def test_every_import_is_found() -> None:
    """Those in functions, branches and handlers too: as many as a walk over all of the tree."""
    for path in modules().values():
        tree = ast.parse(path.read_text())
        every = [n.lineno for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert sorted(node.lineno for node in import_statements(path)) == sorted(every), path


# What is read of a file

PLAIN = """
from pydantic import Field
class A:
    size: int = Field(3, description="how many", ge=1)
    def half(self):
        return self.size / 2
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class A:", "class A:  # a comment"),
        ("\nfrom", '"""A module."""\nfrom'),
        ("class A:", 'class A:\n    """A class."""'),
        ("(self):", '(self):\n        """A half."""\n        # and no more'),
        ("how many", "so many"),
        ('description="how many", ', ""),
        ("self.size / 2", "(self.size\n            / 2)"),
    ],
)
def test_what_only_tells_is_not_read(old: str, new: str) -> None:
    assert old in PLAIN
    assert bare_code(PLAIN.replace(old, new, 1)) == bare_code(PLAIN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Field(3", "Field(4"),
        ("ge=1", "ge=2"),
        ("half", "third"),
        ("        return", '        """A half."""\n        print("a half")\n        return'),
        ("Field(3, description", "Other(3, description"),
        ("class A:", 'class A:\n    text = "no docstring"'),
    ],
)
def test_what_runs_is_read(old: str, new: str) -> None:
    assert old in PLAIN
    assert bare_code(PLAIN.replace(old, new, 1)) != bare_code(PLAIN)


# Digests of an edited copy


def copied_package(folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PACKAGE, folder / "rfsl", ignore=ignore))


def changed(copy: Path) -> set[str]:
    """Scripts whose digest is another with this copy of the package."""
    return {path.stem for path in scripts() if code_digest(path, copy) != code_digest(path)}


def test_digests_depend_on_no_place_and_no_words(tmp_path: Path) -> None:
    """Comments in every module, docstrings changed and removed, descriptions changed."""
    copy = copied_package(tmp_path)
    for path in copy.rglob("*.py"):
        path.write_text(path.read_text() + "\n# Edited.\n")
    links, frames = copy / "geometry/links.py", copy / "geometry/frames.py"
    for path, text in ((links, '"""Edited."""'), (frames, "")):
        edited = re.sub(r'^"""(?:[^"]|\n)*?"""', text, path.read_text(), count=1)
        assert edited != path.read_text()
        path.write_text(edited)
    for name in ("config/figures.py", "config/simulation.py", "io/schemas.py"):
        path = copy / name
        edited, count = re.subn(r'(description=\s*)"', r'\1"edited: ', path.read_text())
        assert count > 5, name
        path.write_text(edited)
    assert changed(copy) == set()


def test_a_digest_changes_with_the_code_that_is_imported_only(tmp_path: Path) -> None:
    copy = copied_package(tmp_path)
    name = "networks/realadaptrnet/training.py"
    with (copy / name).open("a") as handle:
        handle.write("\n_EDITED = 1\n")
    found = changed(copy)
    assert found == {path.stem for path in scripts() if name in files_of(path.stem)}
    assert {"train", "evaluate", "complexity"} <= found
    assert not {"simulate", "features", "calibrate", "fig6a", "train_set_network"} & found


def test_a_digest_is_of_the_script_too(tmp_path: Path) -> None:
    text = script("train").read_text()
    copy = tmp_path / "train.py"
    copy.write_text(text + "\n# Edited.\n")
    assert code_digest(copy) == code_digest(script("train"))
    other = tmp_path / "other" / "train.py"
    other.parent.mkdir()
    other.write_text(text + "\n_EDITED = 1\n")
    assert code_digest(other) != code_digest(script("train"))
