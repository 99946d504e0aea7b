"""Calibrations that the package carries: one JSON file each, whose name is the calibration's.

- `aerpaw`: AERPAW's hexacopter with the channel sounder, as in the AFAR challenge. `make carried`
  makes it from the real flights of config/afar.yaml.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def carried_calibrations() -> dict[str, Path]:
    """Files of the carried calibrations by name, in alphabetical order."""
    folder = Path(str(resources.files(__name__)))
    return {path.stem: path for path in sorted(folder.glob("*.json"))}
