"""Ensemble: opinion pool of kriging and the mean of all set networks (see `combined`)."""

from __future__ import annotations

from rfsl.localizers.methods.combined import build_combined
from rfsl.localizers.spec import LocalizerSpec

SPEC = LocalizerSpec(build_combined, needs=("propagation",), networks="all")
