"""The order of samples in time: rows in any order, and clocks that count in coarse steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight

#: Single samples that run backwards are faults, if they are no larger a share and no longer a run.
_FEW_BACKWARDS, _LONGEST_BACKWARDS = 0.05, 2
#: A larger share of samples that repeat the time before them is a clock with coarse steps.
_FEW_REPEATED = 0.05
#: A clock has at least so many different times.
_LEAST_TIMES = 10
#: A run of equal times this many times as long as usual is a clock that stood still.
_STOOD_STILL = 4.0


def in_order(flight: Flight, source: str) -> Flight:
    """The samples in the order of time, each later than the one before; notes say what changed.

    - Rows in another order are sorted. Up to 5 % of the samples, each alone or in pairs, may run
      backwards without that: those are faults of the clock and are dropped.
    - If more than 5 % of the samples repeat the time before them, the clock counts in coarse steps,
      such as whole seconds. The samples of a step are spread over it evenly.
    - Other samples at which time stands still are dropped.

    Args:
        flight: samples in any order, with finite times.
        source: name of the log, for messages.

    Raises:
        FlightError: time stands still or runs backwards in more than half of the samples.
    """
    notes = []
    total = len(flight)
    backwards = _backwards(flight.time_s)
    if backwards.mean() > _FEW_BACKWARDS or _longest_run(backwards) > _LONGEST_BACKWARDS:
        flight = flight.samples(np.argsort(flight.time_s, kind="stable"))
        notes.append("rows were not in the order of time and were sorted")
    else:
        flight = flight.samples(~backwards)
    time_s, step_s = _spread(flight.time_s)
    if step_s:
        repeated = int((np.diff(flight.time_s) == 0.0).sum())
        what = "whole seconds" if step_s == 1.0 else f"steps of {step_s:.3g} s"
        notes.append(
            f"{repeated} of {total} samples repeat the time before them: the clock counts in "
            f"{what}, and the samples of a step are spread over it"
        )
        flight = replace(flight, time_s=time_s)
    latest_s = np.maximum.accumulate(flight.time_s)
    rising = np.concatenate([[True], flight.time_s[1:] > latest_s[:-1]])
    dropped = total - int(rising.sum())
    if dropped > total // 2:
        raise FlightError(
            f"{source}: time stands still or runs backwards in {dropped} of {total} samples; check "
            "the column of the times"
        )
    if dropped:
        notes.append(f"{dropped} samples with repeated or reversed timestamps dropped")
    return flight.samples(rising).noted(*notes)


def _backwards(time_s: FloatArray) -> BoolArray:
    """Samples (S,) that are earlier than one before them."""
    latest_s = np.maximum.accumulate(time_s)
    return np.concatenate([[False], time_s[1:] < latest_s[:-1]])


def _longest_run(mask: BoolArray) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _spread(time_s: FloatArray) -> tuple[FloatArray, float]:
    """Times (S,) with the samples of each step of the clock spread over it, and the step's length.

    The length is zero, and the times are as they were, if the clock has no coarse steps.

    Args:
        time_s: (S,) times that never fall.
    """
    times_s, first, counts = np.unique(time_s, return_index=True, return_counts=True)
    if times_s.size < _LEAST_TIMES or 1.0 - times_s.size / time_s.size <= _FEW_REPEATED:
        return time_s, 0.0
    gaps_s = np.diff(times_s)
    step_s = float(np.quantile(gaps_s, 0.05, method="lower"))
    width_s = np.minimum(np.append(gaps_s, step_s), step_s)
    still = counts > _STOOD_STILL * max(2.0, float(np.median(counts)))
    width_s[still] = 0.0  # nothing tells where in time its samples belong
    place = np.arange(time_s.size) - np.repeat(first, counts)
    return time_s + place / np.repeat(counts, counts) * np.repeat(width_s, counts), step_s
