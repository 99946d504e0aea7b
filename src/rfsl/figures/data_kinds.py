"""Words that figures and pages share."""

from __future__ import annotations

from collections.abc import Iterable

_KINDS = {
    "testbed": "real AERPAW flights",
    "emulated": "emulated trials",
    "synthetic": "synthetic trials",
}


def data_statement(kinds: Iterable[str]) -> str:
    """What the figure was made from, in words for the picture itself."""
    return " and ".join(_KINDS[kind] for kind in dict.fromkeys(kinds))
