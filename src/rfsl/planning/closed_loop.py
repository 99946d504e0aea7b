"""A flight in a simulated world, in which a policy chooses the way from what is measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import RfslError
from rfsl.flights.cells import FlightCells
from rfsl.planning.mission import Mission, PolicySpec, Situation
from rfsl.planning.motion import FlownCells
from rfsl.simulation.worlds import World


class PolicyError(RfslError):
    """A policy chose no way that can be flown."""


@dataclass(frozen=True)
class PlannedFlight:
    """A flight of a policy.

    Attributes:
        waypoints_m: (W, 2) from the start on, until the end of the flight.
        decision_s: (D,) seconds of processor time that each decision took.
    """

    waypoints_m: FloatArray
    decision_s: FloatArray


def flown_cells(
    world: World, mission: Mission, waypoints_m: FloatArray, time_s: float
) -> FlightCells | None:
    """What a flight along waypoints (W, 2) has logged up to a time; None: too little."""
    flown_m = float(mission.motion.flown_m(waypoints_m, time_s)[0])
    path = FlownCells.of(waypoints_m, flown_m, world.simulator.cell_m)
    height_m = np.full(path.along_m.size, mission.height_m)
    return world.fly(np.column_stack([path.xy_m, height_m]), path.course_rad, path.along_m)


def fly(
    world: World, mission: Mission, policy: PolicySpec, rng: np.random.Generator
) -> PlannedFlight:
    """Fly a world until the mission ends.

    The policy is asked for waypoints whenever the UAV has reached the last ones. Where a leg to one
    of them would leave the fence, the UAV flies round its corners.

    Raises:
        PolicyError: the policy chooses no waypoint, or the place where the UAV is.
    """
    from time import process_time

    waypoints_m = np.array([mission.start_m], float)
    taken_s = []
    while (time_s := float(mission.motion.ready_s(waypoints_m)[-1])) < mission.times_s[-1]:
        cells = flown_cells(world, mission, waypoints_m, time_s)
        told = world.source_xy_m if policy.told else None
        started_s = process_time()
        chosen_m = policy.choose(Situation(mission, waypoints_m, time_s, cells, rng, told))
        taken_s.append(process_time() - started_s)
        way_m = mission.fence.way(waypoints_m[-1], chosen_m)
        if len(way_m) == 0:
            raise PolicyError(f"{policy.label}: chose no waypoint to fly to")
        waypoints_m = np.concatenate([waypoints_m, way_m])
    return PlannedFlight(waypoints_m, np.array(taken_s))
