"""The propagation models: one module each, found by its file name.

- `free_space`: spreading over the distance alone.
- `two_ray`: direct and ground-reflected ray, with a level UAV (equation 1).
- `enhanced_two_ray`: the same with the UAV's attitude and the loss behind a leg (equations 1-9).
- `enhanced_two_ray_measured`: the same with the antennas that the paper names, as measured.
- `calibrated`: spreading over the distance, with the gain measured on flights elsewhere.

To add one, put a module here that defines a `SPEC`. Its file name is its name in the config:
docs/how-to/add-propagation-model.md.
"""

from __future__ import annotations

import importlib
import pkgutil

from rfsl.propagation.spec import ModelSpec

MODELS: dict[str, ModelSpec] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").SPEC
    for found in pkgutil.iter_modules(__path__)
}
