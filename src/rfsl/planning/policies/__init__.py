"""The policies, one module each; the file name is the name in the config.

Each module has a function that chooses the next waypoints from a `Situation`, and a `SPEC`
(`rfsl.planning.mission.PolicySpec`).

- `spiral`: the paper's inward spiral.
- `lawnmower`: parallel legs over the fence.
- `shrinking_rectangles`: rectangles that close in on the strongest place so far.
- `strongest`: legs towards and across the strongest place so far.
- `upper_confidence`: Bayesian optimization of the RSS over a Gaussian process.
- `mutual_information`: the leg that tells most about the place.
- `expected_error`: the way that makes the expected error smallest at the times that count.
- `star_oracle`: a star about the true place, which it is told.

To add one, put a module with a `SPEC` here; see docs/how-to/add-policy.md.
"""

from __future__ import annotations

import importlib
import pkgutil

from rfsl.planning.mission import PolicySpec

POLICIES: dict[str, PolicySpec] = {
    found.name: importlib.import_module(f"{__name__}.{found.name}").SPEC
    for found in pkgutil.iter_modules(__path__)
}
