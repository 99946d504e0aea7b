"""The classical localizers: one module each, found by its file name.

To add one, put a module here that has a `SPEC`; its file name is its name in the config.
"""

from __future__ import annotations

import importlib
import pkgutil

from rfsl.localizers.spec import LocalizerSpec

LOCALIZERS: dict[str, LocalizerSpec] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").SPEC
    for found in pkgutil.iter_modules(__path__)
}
