"""What stands around the code: versions that agree, a citation, checks that run what CI runs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from support.paths import ROOT

import rfsl

_PEOPLE: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "anyOf": [{"required": ["name"]}, {"required": ["family-names"]}],
    },
}
#: What the Citation File Format 1.2.0 demands of the fields used here.
_CITATION: dict[str, Any] = {
    "type": "object",
    "required": ["cff-version", "message", "title", "authors"],
    "additionalProperties": False,
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "abstract": {"type": "string", "minLength": 1},
        "type": {"enum": ["software", "dataset"]},
        "version": {"type": ["string", "number"]},
        "date-released": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "license": {"const": "MIT"},
        "authors": _PEOPLE,
        "references": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "title", "authors"],
                "properties": {
                    "authors": _PEOPLE,
                    "url": {"type": "string", "pattern": "^https://"},
                    "year": {"type": "integer"},
                },
            },
        },
    },
}


def loaded(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == rfsl.__version__ == str(loaded("CITATION.cff")["version"])


def test_the_citation_is_valid() -> None:
    jsonschema.validate(loaded("CITATION.cff"), _CITATION)


def test_the_workflow_of_github_runs_what_ci_runs() -> None:
    job = loaded(".github/workflows/ci.yml")["jobs"]["ci"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert job["timeout-minutes"] == 90


def test_issue_forms_ask_with_labels() -> None:
    forms = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
    assert len(forms) >= 3
    for form in forms:
        if form.name == "config.yml":
            continue
        content = loaded(f".github/ISSUE_TEMPLATE/{form.name}")
        assert {"name", "description", "body"} <= set(content)
        for item in content["body"]:
            assert item["type"] in {"textarea", "input", "dropdown", "checkboxes", "markdown"}
            assert item["attributes"]["label"]


def test_the_container_installs_what_is_tested() -> None:
    """It is not built here; what it copies and calls is there."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    python = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert f"FROM python:{python.removeprefix('>=')}-slim-bookworm" in lines
    assert "RUN make .venv/.installed PYTHON=python3" in lines
    assert "$(STAMP): requirements.lock pyproject.toml" in (ROOT / "Makefile").read_text()


def test_the_benchmarks_can_be_started() -> None:
    """They are no part of the tests, so a name that has moved would be found late."""
    recipe = (ROOT / "Makefile").read_text().split("\nbench:")[1].split("\n\n")[0]
    command = recipe[recipe.index("-m pytest") :].replace("\\\n", " ")
    done = subprocess.run(
        [sys.executable, *shlex.split(command), "--collect-only", "-q"],
        cwd=ROOT,
        # Benchmarks refuse to run in a worker, and take this process for one.
        env={name: value for name, value in os.environ.items() if "XDIST" not in name},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    modules = sorted((ROOT / "tests/benchmarks").glob("bench_*.py"))
    assert len(modules) > 5
    for module in modules:
        assert f"{module.name}::" in done.stdout or f"{module.name}:1" in done.stdout, module.name


# The Python of `make environment`


def made_by(*arguments: str, path: Path) -> subprocess.CompletedProcess[str]:
    """What make says when it is asked which Python it takes."""
    show = "--eval=shown: ; @echo $(PYTHON);"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHON"}
    return subprocess.run(
        [str(shutil.which("make")), "--no-print-directory", show, *arguments],
        cwd=ROOT,
        env=environment | {"PATH": str(path)},
        capture_output=True,
        text=True,
    )


def pretend(path: Path, name: str, python: str) -> None:
    """A command of that name: a link to an interpreter, or a script with this text."""
    if Path(python).is_absolute():
        (path / name).symlink_to(python)
    else:
        (path / name).write_text(f"#!/bin/sh\n{python}\n")
        (path / name).chmod(0o755)


def test_make_takes_the_newest_python_that_starts(tmp_path: Path) -> None:
    (tmp_path / "sh").symlink_to("/bin/sh")
    pretend(tmp_path, "python3", "exit 0")
    assert made_by("shown", path=tmp_path).stdout == "python3\n"
    pretend(tmp_path, "python3.11", "exit 0")
    assert made_by("shown", path=tmp_path).stdout == "python3.11\n"
    pretend(tmp_path, "python3.12", sys.executable)
    pretend(tmp_path, "python3.13", "exit 127")  # as one that pyenv names but has not chosen
    assert made_by("shown", path=tmp_path).stdout == "python3.12\n"
    assert made_by("shown", "PYTHON=mine", path=tmp_path).stdout == "mine\n"


def test_make_says_that_there_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "sh").symlink_to("/bin/sh")
    pretend(tmp_path, "python3", "exit 1")  # as one that is older
    asked = ("environment", f"VENV={tmp_path / 'venv'}")
    every = "python3.13 python3.12 python3.11 python3"
    for given, looked in (([], every), (["PYTHON=mine"], "mine")):
        made = made_by(*asked, *given, path=tmp_path)
        assert made.returncode == 2
        assert f"No usable Python: looked for {looked}. Needed is 3.11 or newer" in made.stderr
        assert "make environment PYTHON=" in made.stderr
    assert not (tmp_path / "venv").exists()
