"""What is installed: the base packages are those of a fix, and each extra has what it is for."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Any

import pytest
from packaging.requirements import Requirement
from support.pages import PAGES, read
from support.paths import ROOT
from support.sources import CONDA_NAMES, PACKAGE, libraries, modules, scripts_by_environment

COMMAND = PACKAGE / "cli.py"
#: Import name -> package, where they differ.
PACKAGES = {name: CONDA_NAMES[name] for name in ("PIL", "sklearn", "yaml")}
#: They are imported by Snakemake alone.
PLUGINS = {"pygments", "snakemake-executor-plugin-slurm"}
#: What fetches public files; the command imports it once a file has to be fetched.
FETCHING = {"pooch", "requests"}
#: What a single policy imports once it is flown.
ONE_POLICY = {"scikit-learn"}
#: The conda environment of each stage -> the extra that its jobs need.
STAGES = {
    "calibration": "train",
    "evaluation": "train",
    "figures": "train",
    "heatmap_panels": "train",
    "localize": "all",
    "pages": "workflow",
    "preprocessing": "train",
    "simulation": "train",
    "training": "train",
    "trials": "all",
}


@cache
def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def extras() -> dict[str, list[str]]:
    return dict(project()["optional-dependencies"])


def asked(extra: str) -> set[str]:
    """Packages of an extra, and of the extras that it includes."""
    found = set()
    for text in extras()[extra]:
        requirement = Requirement(text)
        if requirement.name == project()["name"]:
            found |= set().union(*map(asked, requirement.extras))
        else:
            found.add(requirement.name)
    return found


def base() -> set[str]:
    return {Requirement(text).name for text in project()["dependencies"]}


def imported(*paths: Any, at_once: bool = False) -> set[str]:
    names = set().union(*(libraries(path, at_once=at_once) for path in paths))
    return {PACKAGES.get(name, name) for name in names}


def test_the_base_is_what_the_command_imports() -> None:
    """All of it and no more, but for what only some of its users need."""
    own = set().union(*map(asked, ("gis", "live", "positions")))
    assert imported(COMMAND) - base() == own | FETCHING | ONE_POLICY
    assert imported(COMMAND, at_once=True) <= base() <= imported(COMMAND)
    assert not base() & set().union(*map(asked, extras()))


def test_each_stage_has_its_extra() -> None:
    assert set(STAGES) == set(scripts_by_environment())
    for stage, extra in STAGES.items():
        assert imported(*scripts_by_environment()[stage]) <= base() | asked(extra), stage


def test_no_extra_has_what_is_not_imported() -> None:
    training = (stage for stage, extra in STAGES.items() if extra == "train")
    scripts = set().union(*(scripts_by_environment()[stage] for stage in training))
    assert imported(*scripts) - base() == asked("train")
    every = imported(COMMAND, *set().union(*scripts_by_environment().values()))
    assert set().union(*map(asked, ("gis", "live", "positions", "workflow"))) == asked("all")
    assert asked("all") - PLUGINS - {"snakemake"} == every - base()


def test_messages_and_pages_name_extras_that_exist() -> None:
    texts = [path.read_text(encoding="utf-8") for path in modules().values()]
    calls = set(re.findall(r'install_extra\("(\w+)"\)', "".join(texts)))
    commands = set(re.findall(r'pip install "[^"]*\[(\w+)\]"', "".join(map(read, PAGES))))
    assert {"gis", "live", "positions", "workflow"} <= calls <= set(extras())
    assert {"positions", "all"} <= commands <= set(extras())


def test_every_package_is_explained_with_its_extra() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \|(?: `(\w+)`)? \| [^|]+ \|$",
        read("docs/explanation/dependencies.md"),
        re.MULTILINE,
    )
    for extra in ("", *(set(extras()) - {"all"})):
        own = base() if not extra else {Requirement(text).name for text in extras()[extra]}
        explained = ", ".join(names for names, given in rows if given == extra)
        words = set(re.split(r",? and |, ", explained))
        stubs = {name for name in own if name.endswith("-stubs") or name.startswith("types-")}
        assert words - {"stubs"} == own - stubs - {project()["name"]}, extra
        assert not stubs or "stubs" in words


@pytest.mark.parametrize(
    "text", ["classifiers", "Makefile", "README.md", "docs/how-to/localize.md"]
)
def test_the_versions_of_python_agree(text: str) -> None:
    known = project()["classifiers"] if text == "classifiers" else [read(text)]
    found = {
        f"3.{minor}"
        for minor in re.findall(r"(?:[Pp]ython(?: ::)? |python|, | or )3\.(\d+)", "\n".join(known))
    }
    assert sorted(found) == ["3.11", "3.12", "3.13"]
    assert project()["requires-python"] == f">={min(found)}"


def test_the_lock_is_one_for_all_versions_of_python() -> None:
    locked = re.findall(
        r"^([a-z0-9-]+)==[^ ]+(?: ; (.*?))? \\$", (ROOT / "requirements.lock").read_text(), re.M
    )
    names = [name for name, _ in locked]
    assert len(names) > 100 and len(set(names)) == len(names)
    assert not [name for name, marker in locked if "python_version" in marker or "full" in marker]
    lock = (ROOT / "Makefile").read_text().split("\nlock:")[1]
    assert "--universal --python-version 3.11 " in lock
    assert "--extra all --extra dev " in lock
