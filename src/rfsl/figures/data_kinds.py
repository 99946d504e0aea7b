"""The words for the kinds and locations of trials, which figures and pages share."""

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


def shown_locations(names: str) -> str:
    """Locations in words, from names of the trials table joined by `and`.

    >>> shown_locations("location_2"), shown_locations("location_2 and location_3")
    ('location 2', 'locations 2, 3')
    >>> shown_locations("hill and lake_shore")
    'hill, lake shore'
    """
    parts = [name.replace("_", " ") for name in names.split(" and ")]
    numbers = [part.removeprefix("location ") for part in parts]
    if len(parts) > 1 and all(number != part for number, part in zip(numbers, parts, strict=True)):
        return f"locations {', '.join(numbers)}"
    return ", ".join(parts)
