"""After a recipe was followed in a fresh clone, everything passes: `make check` and `make test`.

`make test-recipes` runs it: about a quarter of an hour for each recipe.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support.page_commands import RECIPES
from support.pages import blocks, write
from support.paths import ROOT

pytestmark = pytest.mark.recipes


@pytest.mark.parametrize("pages", [*([page] for page in RECIPES), RECIPES], ids=" ".join)
def test_everything_passes_after_a_recipe(pages: list[str], tmp_path: Path) -> None:
    """Each by itself, and all one after the other. What is not committed is not in the clone."""
    clone = tmp_path / "uav-rfsl"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    for page in pages:
        for block in blocks(page):
            if block.file is not None:
                write(clone, block)
    own = ("PYTEST", "OMP_NUM_THREADS", "PYTHONPATH")
    free = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    run = subprocess.run(["make", "check", "test"], cwd=clone, env=free, timeout=3600)
    assert run.returncode == 0
