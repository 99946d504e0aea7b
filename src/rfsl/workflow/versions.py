"""What was made, and with what: files, configuration, versions."""

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

#: Folders of the results that a user looks into, and those that only help along.
_SHOWN = {"figures", "tables", "pages", "localize"}
_HIDDEN = {"logs", "benchmarks"}


def loaded_versions() -> dict[str, str]:
    """Python, this package, and the packages that the process has imported, with versions."""
    found = {"python": platform.python_version(), "uav-rfsl": __version__}
    imported = {name for name in sys.modules if "." not in name and not name.startswith("_")}
    for name in sorted(imported - set(sys.stdlib_module_names) - {"rfsl"}):
        version = vars(sys.modules[name]).get("__version__")  # no attribute made when asked for
        if isinstance(version, str):
            found[name] = version
    return found


def write_config(config: Mapping[str, Any], path: str | Path) -> None:
    """Write the merged configuration as YAML; it can be used as an overlay again."""
    with written_beside(path) as temporary:
        temporary.write_text(
            yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True), encoding="utf-8"
        )


def write_versions(path: str | Path) -> None:
    """Write a table of every distribution installed: package, version."""
    installed = {item.metadata["Name"]: item.version for item in distributions()}
    rows = {"python": platform.python_version(), "uav-rfsl": __version__} | {
        name: installed[name] for name in sorted(installed, key=str.lower)
    }
    with written_beside(path) as temporary:
        lines = ["package\tversion", *(f"{name}\t{version}" for name, version in rows.items())]
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def made_since(folder: str | Path, since_s: float) -> str:
    """What lies in a folder of results since a time: figures, tables, pages and fixes by name,
    everything else by stage and number. Empty if nothing does.

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
        shown.append(f"  below {root}/: {counts} files")
    minutes, seconds = divmod(round(time.time() - since_s), 60)
    return "\n".join([f"Made in {minutes} min {seconds} s:", *shown]) if shown else ""
