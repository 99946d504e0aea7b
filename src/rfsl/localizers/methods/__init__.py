"""The localizers of the config, one module each; the file name is the name in the config.

Each module has a callable that makes an `Estimate` from a `Flight`, and a `SPEC` that says how to
build it and what its mode has to name (`rfsl.localizers.spec.LocalizerSpec`).

- `strongest_rss`: position of the strongest smoothed RSS.
- `weighted_centroid`: mean of the flown positions, weighted by received power.
- `linear_least_squares`: free-space distances, in equations that are linear in the position.
- `grid_likelihood`: candidate whose predicted RSS fits best, with Laplace residuals.
- `particle_filter`: posterior by sequential Monte Carlo, with correlated shadowing.
- `kriging`: posterior by `CellLikelihood`, with correlated shadowing and uncertain gain.
- `two_law_search`: posterior by LocHeatmap's two laws, one of them without line of sight.
- `set_network`: posterior by the score of a trained set network.
- `combined`: kriging pooled with one set network.
- `ensemble`: kriging pooled with the mean of all set networks.

To add one, put a module with a `SPEC` here; see docs/how-to/add-localizer.md.
"""

from __future__ import annotations

import importlib
import pkgutil

from rfsl.localizers.spec import LocalizerSpec

LOCALIZERS: dict[str, LocalizerSpec] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").SPEC
    for found in pkgutil.iter_modules(__path__)
}
