"""The package's modules and the workflow's scripts: what they import, and where they run."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from pathlib import Path

import yaml

from rfsl.workflow.code_digest import import_statements, imported_files
from support.paths import ROOT

PACKAGE = ROOT / "src" / "rfsl"
SCRIPTS = ROOT / "workflow" / "scripts"
#: Import name -> conda-forge package, where they differ.
CONDA_NAMES = {
    "PIL": "pillow",
    "matplotlib": "matplotlib-base",
    "sklearn": "scikit-learn",
    "torch": "pytorch",
    "yaml": "pyyaml",
}


def module_name(path: Path) -> str:
    """Dotted name of a file of the package; a package's is that of its __init__."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    return {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """Modules of the package that a file names: in functions and for typing too.

    `from rfsl.a import b` names the module `rfsl.a.b` where there is one, and else `rfsl.a`.
    """
    found = set()
    for node in import_statements(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert not node.level, f"{path}: a relative import"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in modules() else str(node.module))
    return frozenset(name for name in found if name.split(".")[0] == PACKAGE.name)


def scripts() -> list[Path]:
    return sorted(SCRIPTS.glob("*.py"))


def environments() -> list[str]:
    return sorted(path.stem for path in (ROOT / "envs").glob("*.yaml"))


@cache
def scripts_by_environment() -> dict[str, frozenset[Path]]:
    """Scripts that each conda environment runs, read from the rules."""
    found: dict[str, set[Path]] = {}
    for rules in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.split(r"^rule ", rules.read_text(), flags=re.MULTILINE)[1:]:
            environment = re.search(r'conda:\s+"../../envs/(\w+)\.yaml"', rule)
            script = re.search(r'script:\s+"../scripts/(\w+\.py)"', rule)
            assert environment and script, f"a rule of {rules.name} lacks environment or script"
            found.setdefault(environment[1], set()).add(SCRIPTS / script[1])
    return {name: frozenset(paths) for name, paths in found.items()}


def pinned(environment: str) -> dict[str, str]:
    """Packages of a conda environment with their versions."""
    specs = yaml.safe_load((ROOT / f"envs/{environment}.yaml").read_text())["dependencies"]
    return dict(spec.split("=", 1) for spec in specs)


def libraries(script: Path, *, at_once: bool) -> set[str]:
    """Third-party packages that a script and the modules that it imports name in their imports.

    Args:
        at_once: those alone that are loaded with the modules; not those that a function imports
            once it is called, nor those for type checking.
    """
    names = set()
    for path in [script, *imported_files(script)]:
        if path.suffix == ".py":
            names |= _libraries(path, at_once)
    return names


@cache
def _libraries(path: Path, at_once: bool) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = set()
    for node in tree.body if at_once else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").split(".")[0])
    return frozenset(names - set(sys.stdlib_module_names) - {PACKAGE.name})
