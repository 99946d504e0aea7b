"""Scripts start fast: they load what their conda environment holds, and a dry run loads little."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from support.processes import python
from support.sources import (
    CONDA_NAMES,
    environments,
    libraries,
    pinned,
    scripts,
    scripts_by_environment,
)

#: Libraries that take half a second or more to load.
HEAVY = {"torch", "sklearn", "matplotlib"}


def held(environment: str) -> set[str]:
    """Import names of the packages of an environment."""
    names = {package: name for name, package in CONDA_NAMES.items()}
    return {names.get(package, package) for package in pinned(environment)}


def test_every_script_has_an_environment() -> None:
    assert frozenset().union(*scripts_by_environment().values()) == set(scripts())


@pytest.mark.parametrize("environment", environments())
def test_scripts_load_what_their_environment_holds(environment: str) -> None:
    for script in scripts_by_environment()[environment]:
        assert libraries(script, at_once=True) <= held(environment), script.name


def test_heavy_libraries_are_kept_apart() -> None:
    """Each is in some environments, and scripts of most others start without it."""
    for library in HEAVY:
        without = [name for name in environments() if library not in held(name)]
        assert 0 < len(without) < len(environments())


@pytest.mark.parametrize("environment", environments())
def test_what_scripts_load_in_truth(environment: str) -> None:
    """The imports of an environment's scripts, read as text, against a process that runs them."""
    named, lines = set(), []
    for script in sorted(scripts_by_environment()[environment]):
        named |= libraries(script, at_once=True)
        lines += imports_of(script)
    code = "\n".join([*lines, "import sys, json", "print(json.dumps(sorted(sys.modules)))"])
    loaded = set(json.loads(python(code)))
    assert loaded & HEAVY == named & HEAVY
    assert loaded & HEAVY <= held(environment)


def imports_of(script: Path) -> list[str]:
    body = ast.parse(script.read_text()).body
    return [ast.unparse(node) for node in body if isinstance(node, ast.Import | ast.ImportFrom)]


def test_a_dry_run_loads_no_numerical_library() -> None:
    """Every `snakemake` command waits for the plan."""
    loaded = python("import rfsl.workflow.plan.plan, sys; print(*sorted(sys.modules))").split()
    assert not {"scipy", "pandas", "sklearn", "torch", "matplotlib", "pyarrow"} & set(loaded)
