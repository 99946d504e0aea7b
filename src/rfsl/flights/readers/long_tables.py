"""Tables of millions of rows: what is not needed is dropped before the columns are read.

A position needs some thousand cells of path with some dozen readings each. Readings beyond that
only take memory. So rows of other transmitters are dropped first. If still more than two million
rows are left (18 hours at 30 Hz), one row of each group of neighbouring ones is taken, and not its
mean, since a mean would mix readings with values that stand for "none".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from rfsl.arrays import IndexArray
from rfsl.flights.readers.raw_table import RawTable
from rfsl.flights.readers.transmitters import chosen_rows, told_chosen

#: Most rows of a table that are used.
MOST_USED = 2_000_000
#: Multiples of the golden ratio follow no period that a log may have.
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def shortened(
    table: RawTable, used: Collection[str], where: Mapping[str, str]
) -> tuple[RawTable, Mapping[str, str], list[str]]:
    """A table of few enough rows, what is left to choose of them, and notes on what was left out.

    Args:
        table: the table; one of at most `MOST_USED` rows stays as it is.
        used: its columns that will be read.
        where: the rows that are wanted, as `FlightSettings.where`.

    Raises:
        FlightError: see `chosen_rows`.
    """
    count = table.length(used)
    if count <= MOST_USED:
        return table, where, []
    rows = chosen_rows(table, where, count)
    notes = told_chosen(where, rows)
    chosen = np.flatnonzero(rows)
    if chosen.size > MOST_USED:
        step = -(-chosen.size // MOST_USED)
        rows = np.zeros(count, dtype=bool)
        rows[chosen[_one_of_each(chosen.size, step)]] = True
        notes.append(
            f"one row of each {step} is used, {int(rows.sum()):,} of {chosen.size:,}: that many "
            "are enough for the cells of the path"
        )
    return table.only(rows), {}, notes


def _one_of_each(count: int, step: int) -> IndexArray:
    """Numbers of `count` rows: one of each group of `step`, at another place in each group.

    Example:
        >>> _one_of_each(14, 4).tolist()
        [0, 6, 8]
    """
    group = np.arange(count // step)
    return group * step + (np.mod(_GOLDEN * group, 1.0) * step).astype(np.intp)
