"""The paper's inward spiral, from the take-off point."""

from __future__ import annotations

from rfsl.arrays import FloatArray
from rfsl.geometry.trajectories import spiral_waypoints
from rfsl.planning.candidates import searched
from rfsl.planning.mission import PolicySpec, Situation


def choose(situation: Situation) -> FloatArray:
    """All corners of the spiral in the overlap of fence and source area; again once it is flown."""
    mission = situation.mission
    return spiral_waypoints(mission.spiral, searched(mission))[1:]


SPEC = PolicySpec(choose, label="spiral (paper)")
