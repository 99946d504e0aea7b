"""The words for the kinds of trials, which figures and pages share."""

from __future__ import annotations

from collections.abc import Iterable

_KINDS = {
    "testbed": "real AERPAW flights",
    "emulated": "emulated trials",
    "synthetic": "synthetic trials",
}


def data_statement(kinds: Iterable[str]) -> str:
    """What the figure was made from, in words for the picture itself.

    >>> data_statement(["testbed", "synthetic", "testbed"])
    'real AERPAW flights and synthetic trials'

    Args:
        kinds: column `kind` of the trials table for each trial; each kind is named once.
    """
    return " and ".join(_KINDS[kind] for kind in dict.fromkeys(kinds))
