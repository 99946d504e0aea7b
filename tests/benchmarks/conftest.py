"""Benchmarks: the pipeline's work beside a plain reference; `make bench` runs them all.

A file `bench_*.py` here has tests that ask for `ratio_row`. Each asserts that both sides compute
the same, within a tolerance that it states, and no time. Rounds of both take turns in one process,
so that what else the machine does slows both. The rows become one table, on the terminal and in
results/tables/benchmark.tsv.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ratios import Row, Timed, as_text, table

from rfsl.io.tables import write_tsv

_ROWS = pytest.StashKey[list[Row]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ROWS] = []


@pytest.fixture
def benchmark_rows(pytestconfig: pytest.Config) -> list[Row]:
    """The rows of this run; for what is not a rate in rounds, append a `Row` of your own."""
    return pytestconfig.stash.setdefault(_ROWS, [])


@pytest.fixture
def ratio_row(benchmark: Any, benchmark_rows: list[Row]) -> Callable[..., Row]:
    """Time ours, a reference and a bound in rounds that take turns; add and return the row."""

    def measure(
        ours: Timed,
        reference: Timed | None = None,
        bound: Timed | None = None,
        *,
        unit: str,
        to_reach: str,
        rounds: int = 7,
    ) -> Row:
        """A first round of each warms up and is not counted.

        Args:
            unit: of the amounts of work by second, as in "M samples/s".
            to_reach: what the project wants of this line, in words.
        """
        others = [timed for timed in (reference, bound) if timed is not None]

        def before_each_round() -> None:
            for timed in others:
                timed.round()

        benchmark.pedantic(ours.round, setup=before_each_round, rounds=rounds, warmup_rounds=1)
        for timed in (ours, *others):
            del timed.seconds[0]
        row = Row.of(ours, reference, bound, unit, to_reach)
        benchmark_rows.append(row)
        return row

    return measure


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    rows = config.stash.get(_ROWS, [])
    if not rows:
        return
    path = config.rootpath / "results/tables/benchmark.tsv"
    write_tsv(table(rows), path)
    terminalreporter.section("benchmark: median over rounds")
    terminalreporter.write_line(as_text(rows))
    terminalreporter.write_line(f"written to {path.relative_to(config.rootpath)}")
