"""How often the regions of an estimator held the source on other real flights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rfsl.errors import DataError
from rfsl.localizers.regions import SHARES

#: The table in a folder of results, which the workflow makes.
COVERAGE_TABLE = Path("tables", "coverage.tsv")
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
    path = None if results is None else results / COVERAGE_TABLE
    if path is None or not path.is_file():
        return None
    import pandas as pd  # here, since it loads slowly

    from rfsl.evaluation.tables.coverage import SIMULATED, WHOLE

    try:
        table = pd.read_csv(path, sep="\t")
        real = table[(table["mode"] == mode) & (table["data"] != SIMULATED)]
        real = real[~real["data"].str.startswith(_SYNTHETIC)]
        timed = real[real["after_s"].notna()].sort_values("after_s")
        whole = real[real["data"].str.endswith(WHOLE)]
        reached = timed[timed["after_s"] <= duration_s + _ROUNDING_S]
        longer = len(timed) and duration_s > timed["after_s"].max() + _ROUNDING_S
        rows = whole if longer and len(whole) else reached[-1:] if len(reached) else timed[:1]
        for row in rows.to_dict("records"):
            after_s = None if pd.isna(row["after_s"]) else int(row["after_s"])
            held = {share: float(row[f"in_region_{round(100 * share)}"]) for share in SHARES}
            return HeldElsewhere(int(row["flights"]), after_s, held)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise DataError(
            f"{path}: not a table of coverage ({error}); delete it and run again"
        ) from error
    return None
