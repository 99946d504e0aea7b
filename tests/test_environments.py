"""Each stage's conda environment holds what the stage imports, no more, at the locked versions."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
import yaml
from rattler import MatchSpec

from rfsl.workflow.code_digest import imported_files

ROOT = Path(__file__).parents[1]
#: Import name -> conda-forge package, where they differ.
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "sklearn": "scikit-learn",
    "torch": "pytorch",
    "yaml": "pyyaml",
}
LOCK_NAMES = {"matplotlib-base": "matplotlib", "pytorch": "torch"}
#: Not imported by name, but a library that is imports it to do what is asked of it here.
INDIRECT: dict[str, set[str]] = {}
STAGES = sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))


def rules_by_stage() -> dict[str, set[Path]]:
    """Scripts that each environment runs, read from the rules."""
    stages: dict[str, set[Path]] = {}
    for rules in (ROOT / "workflow/rules").glob("*.smk"):
        text = rules.read_text()
        for rule in re.split(r"^rule ", text, flags=re.MULTILINE)[1:]:
            stage = re.search(r'conda:\s+"../../envs/(\w+)\.yaml"', rule)
            script = re.search(r'script:\s+"../scripts/(\w+\.py)"', rule)
            assert stage and script, f"a rule of {rules.name} lacks its environment or script"
            stages.setdefault(stage[1], set()).add(ROOT / "workflow/scripts" / script[1])
    return stages


def third_party(scripts: set[Path]) -> set[str]:
    names = set()
    for script in scripts:
        for path in [script, *imported_files(script)]:
            if path.suffix != ".py":
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Import):
                    names |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    names.add((node.module or "").split(".")[0])
    return names - set(sys.stdlib_module_names) - {"rfsl"}


def pinned(stage: str) -> dict[str, str]:
    specs = yaml.safe_load((ROOT / f"envs/{stage}.yaml").read_text())["dependencies"]
    return dict(spec.split("=", 1) for spec in specs)


def test_every_environment_is_used() -> None:
    assert sorted(rules_by_stage()) == STAGES


@pytest.mark.parametrize("stage", STAGES)
def test_environment_holds_what_the_stage_imports(stage: str) -> None:
    imports = third_party(rules_by_stage()[stage])
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
