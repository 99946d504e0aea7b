"""What a run made, and with which configuration and versions."""

from __future__ import annotations

import platform
import sys
import time
from collections import Counter
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import yaml

from rfsl import __version__
from rfsl.io.writing import written_beside

#: Folders of results/ whose files are listed by name, and those that are not listed.
_SHOWN = {"figures", "tables", "pages", "localize"}
_HIDDEN = {"logs", "benchmarks"}


def loaded_versions() -> dict[str, str]:
    """Versions by name: Python, this package, and the packages that the process has imported."""
    found = {"python": platform.python_version(), "uav-rfsl": __version__}
    imported = {name for name in sys.modules if "." not in name and not name.startswith("_")}
    for name in sorted(imported - set(sys.stdlib_module_names) - {"rfsl"}):
        version = vars(sys.modules[name]).get("__version__")  # no attribute made when asked for
        if isinstance(version, str):
            found[name] = version
    return found


def write_config(config: Mapping[str, Any], path: str | Path) -> None:
    """Write the merged configuration as YAML; the file can be used as an overlay."""
    with written_beside(path) as temporary:
        temporary.write_text(
            yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True), encoding="utf-8"
        )


def write_versions(path: str | Path) -> None:
    """Write a tab-separated table of all installed distributions: package, version."""
    installed = {item.metadata["Name"]: item.version for item in distributions()}
    rows = {"python": platform.python_version(), "uav-rfsl": __version__} | {
        name: installed[name] for name in sorted(installed, key=str.lower)
    }
    with written_beside(path) as temporary:
        lines = ["package\tversion", *(f"{name}\t{version}" for name, version in rows.items())]
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def made_since(folder: str | Path, since_s: float) -> str:
    """What was made in a folder of results since a time, in words; empty if nothing was.

    Figures, tables, pages and fixes are listed by name. Other files are counted by stage.

    Args:
        since_s: seconds since 1970, as `time.time()` gives them.
    """
    root = Path(folder)
    new = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.stat().st_mtime >= since_s
    ]
    shown, stages = [], Counter[str]()
    for path in new:
        stage = path.relative_to(root).parts[0]
        if stage in _SHOWN:
            shown.append(f"  {path}")
        elif stage not in _HIDDEN and path.parent != root:
            stages[stage] += 1
    if stages:
        counts = ", ".join(f"{stage} ({count})" for stage, count in stages.items())
        shown.append(f"  other files in {root}/: {counts}")
    minutes, seconds = divmod(round(time.time() - since_s), 60)
    return "\n".join([f"Made in {minutes} min {seconds} s:", *shown]) if shown else ""
