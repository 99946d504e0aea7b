"""Words of results/tables/coverage.tsv, which says how often regions hold."""

from __future__ import annotations

#: Probabilities of the regions that are given and counted.
SHARES = (0.5, 0.9)
#: `data` of rows about simulated flights. Other rows have the kind of the trials.
SIMULATED = "simulated"
#: End of `data` of rows about whole flights.
WHOLE = ", whole flights"
