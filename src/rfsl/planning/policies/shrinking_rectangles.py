"""Rectangles that close in on the strongest place so far, as search flights do."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.geometry.frames import Box
from rfsl.planning.belief import strongest_m
from rfsl.planning.mission import PolicySpec, Situation
from rfsl.planning.patterns import rectangle

#: Sides of each rectangle relative to those of the one before, and the shortest half side.
_RATIO, _SMALLEST_M = 0.6, 15.0


def choose(situation: Situation) -> FloatArray:
    """The next rectangle: the first is the fence, each further one is smaller."""
    box = situation.mission.fence.box
    flown = (len(situation.waypoints_m) - 1) // 5
    half_m = np.maximum(np.array(box.half_size_m) * _RATIO**flown, _SMALLEST_M)
    middle_m = strongest_m(situation)
    if flown == 0 or middle_m is None:
        middle_m = np.array(box.center_m)
    low_m, high_m = box.clip(np.stack([middle_m - half_m, middle_m + half_m]))
    return rectangle(Box(low_m[0], high_m[0], low_m[1], high_m[1]), situation.here_m)


SPEC = PolicySpec(choose, label="shrinking rectangles")
