"""What something was made with: configuration and versions."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import yaml

from rfsl import __version__
from rfsl.files import written_beside


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
