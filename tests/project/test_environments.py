"""Each stage's conda environment holds what the stage imports, no more, at the locked versions."""

from __future__ import annotations

import re

import pytest
import yaml
from rattler import MatchSpec
from support.paths import ROOT
from support.sources import CONDA_NAMES, environments, libraries, pinned, scripts_by_environment

LOCK_NAMES = {"matplotlib-base": "matplotlib", "pytorch": "torch"}
#: Not imported by name, but a library that is imports it to do what is asked of it here.
INDIRECT: dict[str, set[str]] = {}
STAGES = environments()


def test_every_environment_is_used() -> None:
    assert sorted(scripts_by_environment()) == STAGES


@pytest.mark.parametrize("stage", STAGES)
def test_environment_holds_what_the_stage_imports(stage: str) -> None:
    imports = set().union(
        *(libraries(script, at_once=False) for script in scripts_by_environment()[stage])
    )
    needed = {CONDA_NAMES.get(name, name) for name in imports} | INDIRECT.get(stage, set())
    assert set(pinned(stage)) == needed | {"python"}


@pytest.mark.parametrize("stage", STAGES)
def test_environment_is_one_that_conda_reads(stage: str) -> None:
    """Its keys are those of an environment file, and every spec parses, strictly."""
    content = yaml.safe_load((ROOT / f"envs/{stage}.yaml").read_text())
    assert set(content) == {"channels", "dependencies"}
    assert content["channels"] == ["conda-forge", "nodefaults"]
    for text in content["dependencies"]:
        spec = MatchSpec(text, strict=True)
        assert str(spec.name.normalized) == text.partition("=")[0]
        assert spec.version is not None, f"{text}: no version"


@pytest.mark.parametrize("stage", STAGES)
def test_environment_agrees_with_the_lock(stage: str) -> None:
    locked = dict(
        re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / "requirements.lock").read_text(), re.M)
    )
    locked |= {"python": "3.11", "torch": "2.13.0"}
    for package, version in pinned(stage).items():
        assert version == locked[LOCK_NAMES.get(package, package)], package
