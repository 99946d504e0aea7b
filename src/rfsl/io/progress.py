"""How far a long job is: a bar on a terminal, plain lines in its log."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

_LOG = logging.getLogger(__name__)
#: Time between two lines in the log.
INTERVAL_S = 10.0

Item = TypeVar("Item")


def tracked(
    items: Iterable[Item], total: int, label: str, interval_s: float = INTERVAL_S
) -> Iterator[Item]:
    """The items, behind a progress bar if there is a terminal; now and then a line in the log.

    Args:
        total: how many items there are.
        label: what is counted, as in "simulated flights".
        interval_s: the log gets a line when an item is done this long after the last line.
    """
    told_s = time.perf_counter()
    bar = tqdm(items, desc=label, total=total, disable=None)
    for done, item in enumerate(bar, start=1):
        yield item
        if time.perf_counter() - told_s >= interval_s:
            _LOG.info("%s: %d of %d", label, done, total)
            told_s = time.perf_counter()
