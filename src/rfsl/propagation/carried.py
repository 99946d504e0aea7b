"""Calibrations that the package carries, in `rfsl.propagation.data`."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def carried_calibrations() -> dict[str, Path]:
    """Files of the carried calibrations by name, in alphabetical order."""
    folder = Path(str(resources.files("rfsl.propagation.data")))
    return {path.stem: path for path in sorted(folder.glob("*.json"))}
