"""Rates of work and their ratios to a reference and to a bound, as rows of one table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import pandas as pd


@dataclass
class Timed:
    """Something to time: each call of `run` does `amount` units of work.

    Attributes:
        clock: `time.process_time` for work on one core, which other programs on the machine slow
            less than the time on the wall.
    """

    name: str
    run: Callable[[], object]
    amount: float
    clock: Callable[[], float] = time.perf_counter
    seconds: list[float] = field(default_factory=list)

    def round(self) -> None:
        """One more timed call."""
        started = self.clock()
        self.run()
        self.seconds.append(self.clock() - started)

    @property
    def rates(self) -> list[float]:
        """Units of work a second in each round."""
        return [self.amount / seconds for seconds in self.seconds]


@dataclass(frozen=True)
class Row:
    """A line of the table; numbers are None where there is no reference or no bound.

    Attributes:
        rate, ratio, bound_fraction: medians over the rounds.
        ratio: of the rate to the reference's in the same round.
        bound: work that no faster program could leave out.
        to_reach: what the project wants of this line; said, never asserted.
    """

    work: str
    reference: str
    rate: float
    unit: str
    ratio: float | None
    bound: str
    bound_fraction: float | None
    to_reach: str
    rate_min: float
    rate_max: float
    ratio_min: float | None
    ratio_max: float | None
    rounds: int

    @classmethod
    def of(
        cls, ours: Timed, reference: Timed | None, bound: Timed | None, unit: str, to_reach: str
    ) -> Row:
        """The row of what was timed in rounds that took turns."""
        rates = ours.rates
        ratios = _quotients(rates, reference)
        fractions = _quotients(rates, bound)
        return cls(
            work=ours.name,
            reference=reference.name if reference else "",
            rate=statistics.median(rates),
            unit=unit,
            ratio=statistics.median(ratios) if ratios else None,
            bound=bound.name if bound else "",
            bound_fraction=statistics.median(fractions) if fractions else None,
            to_reach=to_reach,
            rate_min=min(rates),
            rate_max=max(rates),
            ratio_min=min(ratios, default=None),
            ratio_max=max(ratios, default=None),
            rounds=len(rates),
        )


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """All rows, in the order in which they were measured."""
    return pd.DataFrame([asdict(row) for row in rows])


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    lines = [
        {
            "work": row.work,
            "rate (min..max)": f"{row.rate:.4g} ({row.rate_min:.4g}..{row.rate_max:.4g}) "
            f"{row.unit}",
            "reference": row.reference,
            "ratio (min..max)": ""
            if row.ratio is None
            else f"{row.ratio:.2f} ({row.ratio_min:.2f}..{row.ratio_max:.2f})",
            "bound": row.bound,
            "of it": "" if row.bound_fraction is None else f"{row.bound_fraction:.1%}",
            "to reach": row.to_reach,
        }
        for row in rows
    ]
    return pd.DataFrame(lines).to_string(index=False, justify="left")


def _quotients(rates: Sequence[float], other: Timed | None) -> list[float]:
    if other is None:
        return []
    return [ours / theirs for ours, theirs in zip(rates, other.rates, strict=True)]
