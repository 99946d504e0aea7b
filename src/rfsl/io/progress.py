"""How far a long job is: a bar on a terminal, and lines in its log."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

_LOG = logging.getLogger(__name__)
#: Shortest time between two lines in the log.
INTERVAL_S = 10.0

Item = TypeVar("Item")


def tracked(
    items: Iterable[Item], total: int, label: str, interval_s: float = INTERVAL_S
) -> Iterator[Item]:
    """Yield the items, with a progress bar if there is a terminal and a log line now and then.

    Args:
        total: number of items.
        label: name of the items, such as "simulated flights".
        interval_s: shortest time between two lines in the log; a line is written after an item.
    """
    told_s = time.perf_counter()
    bar = tqdm(items, desc=label, total=total, disable=None)
    for done, item in enumerate(bar, start=1):
        yield item
        if time.perf_counter() - told_s >= interval_s:
            _LOG.info("%s: %d of %d", label, done, total)
            told_s = time.perf_counter()


class Progress:
    """A bar on a terminal for a job whose length is found on the way; else nothing.

    Args:
        label: name of what is counted.
        delay_s: the bar is drawn once the job has taken this long.

    Example:
        >>> with Progress("candidates", delay_s=1.0) as progress:
        ...     progress.expect(2)
        ...     progress.add(2)
    """

    def __init__(self, label: str, delay_s: float) -> None:
        self._bar = tqdm(desc=label, total=0, disable=None, delay=delay_s, leave=False)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def expect(self, number: int) -> None:
        """So many more are to be done."""
        self._bar.total += number

    def add(self, number: int) -> None:
        """So many more are done."""
        self._bar.update(number)
