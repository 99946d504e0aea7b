"""What a policy knows: the mission before take-off, and the situation in flight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.scenario import SpiralSettings
from rfsl.flights.cells import FlightCells
from rfsl.localizers.spec import Surroundings
from rfsl.planning.fence import Fence
from rfsl.planning.motion import Motion


@dataclass(frozen=True)
class Mission:
    """What is known before take-off.

    Attributes:
        fence: where the UAV may fly.
        motion: its speed and its turns.
        start_m: (2,) first waypoint.
        height_m: of the flight above ground.
        times_s: times after which an estimate counts, rising; the flight ends at the last.
        surroundings: where the source may be, and the model by which it is located; with the
            settings of localizers.
        spiral: shape of the spiral's rings.
    """

    fence: Fence
    motion: Motion
    start_m: FloatArray
    height_m: float
    times_s: tuple[float, ...]
    surroundings: Surroundings
    spiral: SpiralSettings


@dataclass(frozen=True)
class Situation:
    """What a policy sees when it is asked for the next waypoints.

    Attributes:
        mission: what is known before take-off.
        waypoints_m: (W, 2) waypoints so far; the UAV is at the last one.
        time_s: time since the start, with the turn at the last waypoint.
        cells: what was measured; None while too few cells hold the signal.
        rng: for the policy's own draws.
        source_xy_m: (2,) true place, for policies that are told it; else None.
    """

    mission: Mission
    waypoints_m: FloatArray
    time_s: float
    cells: FlightCells | None
    rng: np.random.Generator
    source_xy_m: FloatArray | None = None

    @property
    def here_m(self) -> FloatArray:
        """(2,) where the UAV is."""
        return np.asarray(self.waypoints_m[-1])

    @property
    def left_s(self) -> float:
        """Time until the flight ends."""
        return self.mission.times_s[-1] - self.time_s


#: Chooses the next waypoints (K, 2), at least one, inside the fence.
Policy = Callable[[Situation], FloatArray]


@dataclass(frozen=True)
class PolicySpec:
    """A policy for the registry: each module of `policies/` has one, called `SPEC`.

    Attributes:
        choose: the policy.
        label: its name in figures and tables.
        told: whether it is told the true place, as no real flight is.
        whole: chooses a whole way before anything is measured, if `choose` would choose only the
            first legs of one.
    """

    choose: Policy
    label: str
    told: bool = False
    whole: Policy | None = None
