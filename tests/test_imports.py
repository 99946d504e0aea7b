"""Stages start fast and keep to their threads: what each script loads, and what a job limits."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rfsl.workflow.code_digest import imported_files

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "workflow" / "scripts"
#: Libraries that take half a second or more to load, and the scripts that use them.
USERS = {
    "torch": {
        "completion",
        "complexity",
        "evaluate",
        "heatmap_panels",
        "locate_heatmap",
        "score_heatmap",
        "score_search",
        "train",
        "train_heatmap",
        "train_set_network",
    },
    "sklearn": {"completion", "evaluate", "features", "fig4a"},
    "matplotlib": {
        "clustering",
        "cost",
        "error_time",
        "fig1",
        "fig4a",
        "fig5",
        "fig6a",
        "fig6b",
        "fig6c",
        "heatmap",
        "heatmap_panels",
        "legs",
        "localize",
    },
}


def loaded_at_once(script: Path) -> set[str]:
    """Names of the packages that a script and our modules import when they load.

    Not those that a function imports once it is called, nor those for type checking alone.
    """
    names = set()
    for path in [script, *imported_files(script)]:
        if path.suffix != ".py":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("library", USERS)
def test_only_scripts_that_use_a_heavy_library_load_it(library: str) -> None:
    loading = {path.stem for path in SCRIPTS.glob("*.py") if library in loaded_at_once(path)}
    assert loading == USERS[library]


def python(code: str, **environment: str) -> str:
    """Standard output of some code in a process of its own, free of this one's thread limits."""
    limits = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    free = {name: value for name, value in os.environ.items() if name not in limits}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=free | environment,
    )
    return done.stdout


@pytest.mark.parametrize("name", ["simulate", "locate", "localizers"])
def test_what_a_script_loads_in_truth(name: str) -> None:
    """The table above against a process that runs the script's imports."""
    tree = ast.parse((SCRIPTS / f"{name}.py").read_text())
    imports = [ast.unparse(node) for node in tree.body if isinstance(node, ast.ImportFrom)]
    code = "\n".join([*imports, "import sys, json", "print(json.dumps(sorted(sys.modules)))"])
    loaded = set(json.loads(python(code)))
    assert loaded & set(USERS) == {library for library, users in USERS.items() if name in users}


def test_a_dry_run_loads_no_numerical_library() -> None:
    """Every `snakemake` command waits for the plan."""
    loaded = python("import rfsl.workflow.plan.plan, sys; print(*sorted(sys.modules))").split()
    assert not {"scipy", "pandas", "sklearn", "torch", "matplotlib", "pyarrow"} & set(loaded)


def test_a_job_keeps_to_its_threads() -> None:
    """BLAS, OpenMP and torch, whether they are loaded before the job starts or within it."""
    code = """
import json, os
from types import SimpleNamespace
import numpy as np
import torch
from threadpoolctl import threadpool_info
from rfsl.workflow.jobs import job
snakemake = SimpleNamespace(
    threads=1, log=[], rule="mine", wildcards={}, input=[], params={}
)
with job(snakemake):
    import sklearn.cluster  # brings an OpenMP of its own
    np.ones((200, 200)) @ np.ones((200, 200))
    torch.ones(200, 200) @ torch.ones(200, 200)
    pools = {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}
    print(json.dumps([pools, torch.get_num_threads(), os.environ["OMP_NUM_THREADS"]]))
"""
    pools, of_torch, of_children = json.loads(python(code))
    assert len(pools) >= 2  # OpenBLAS and OpenMP at least
    assert set(pools.values()) == {1}, pools
    assert of_torch == 1
    assert of_children == "1"
