"""Ensemble: kriging and the mean of all set networks, weighted as simulated flights say."""

from __future__ import annotations

from rfsl.localizers.methods.combined import build_combined
from rfsl.localizers.spec import LocalizerSpec

SPEC = LocalizerSpec(build_combined, needs=("propagation",), networks="all")
