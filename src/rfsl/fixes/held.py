"""How often the regions of an estimator held the source on other real flights."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rfsl.errors import DataError
from rfsl.localizers.coverage import SHARES, SIMULATED, WHOLE

#: The table in a folder of results, which the workflow makes.
_COVERAGE_TABLE = Path("tables", "coverage.tsv")
#: A flight that was cut after so many seconds ends a sample before them.
_ROUNDING_S = 1.0
#: Kind of trials that say nothing about a real flight.
_SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class HeldElsewhere:
    """What a mode's regions did on real flights over known sources, at other locations.

    Attributes:
        flights: number of flights.
        after_s: they were located after this time of flight; None for whole flights.
        held: of each of `SHARES`, the share of its regions that held the source.
    """

    flights: int
    after_s: int | None
    held: dict[float, float]


def held_elsewhere(results: Path | None, mode: str, duration_s: float) -> HeldElsewhere | None:
    """The row of the coverage table for a mode and a flight of some length.

    It is that of the longest time that the flight reached, or of whole flights if the flight is
    longer than all times; else that of the shortest time. None without the table or such a row.

    Args:
        results: folder of the workflow's results, if there is one.
        mode: the mode that makes the estimate.
        duration_s: length of the flight.

    Raises:
        DataError: the file is no such table.
    """
    path = None if results is None else results / _COVERAGE_TABLE
    if path is None or not path.is_file():
        return None
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file, delimiter="\t") if _is_real(row, mode)]
        timed = sorted(
            ((float(row["after_s"]), row) for row in rows if row["after_s"]),
            key=lambda item: item[0],
        )
        whole = [row for row in rows if row["data"].endswith(WHOLE)]
        if whole and (not timed or duration_s > timed[-1][0] + _ROUNDING_S):
            return _held(whole[0], None)
        if not timed:
            return None
        reached = [item for item in timed if item[0] <= duration_s + _ROUNDING_S]
        after_s, row = reached[-1] if reached else timed[0]
        return _held(row, int(after_s))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: not a table of coverage ({error}); delete it and run again"
        ) from error


def _is_real(row: Mapping[str, str], mode: str) -> bool:
    """Whether a row is about a mode on real flights."""
    data = row["data"]
    return row["mode"] == mode and data != SIMULATED and not data.startswith(_SYNTHETIC)


def _held(row: Mapping[str, str], after_s: int | None) -> HeldElsewhere:
    held = {share: float(row[f"in_region_{round(100 * share)}"]) for share in SHARES}
    return HeldElsewhere(int(row["flights"]), after_s, held)
