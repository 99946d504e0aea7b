"""A simulated world, and a mission in it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from rfsl.localizers.spec import Surroundings
from rfsl.planning.fence import Fence
from rfsl.planning.mission import Mission
from rfsl.planning.motion import Motion
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.simulation.flights import FlightSimulator
from rfsl.simulation.worlds import World
from support.flights import CONFIG, FIELD, simulator

CELL_M = 20.0


@cache
def _simulator() -> FlightSimulator:
    made = simulator()
    return FlightSimulator.of(
        FIELD, CONFIG.scenario, made.settings, cell_m=CELL_M, position_std_m=3.0
    )


@cache
def small_world(index: int = 0) -> World:
    """A world of cells of 20 m, in which the receiver acquires the signal early."""
    drawn = World.draw(_simulator(), (0.6, 0.8), 300, 11, "validation", index)
    return replace(drawn, acquisition_db=-15.0)


def mission(*, fence: Fence | None = None, times_s: tuple[float, ...] = (60.0, 110.0)) -> Mission:
    """A short mission over the flight area, with a coarse grid."""
    made = _simulator()
    spiral = CONFIG.spiral
    inside = fence or Fence.of_box(made.flight_area, 20.0, 60.0)
    settings = CONFIG.planning.localizers(CONFIG.localizers).model_copy(
        update={"coarse_grid_m": 40.0, "grid_m": 20.0}
    )
    surroundings = Surroundings(
        made.source_area,
        made.source_height_m,
        settings,
        CONFIG.flights,
        Calibrated(FIELD.profile),
        FIELD,
    )
    return Mission(
        fence=inside,
        motion=Motion.of(spiral),
        start_m=inside.pulled_in(np.array([[spiral.take_off_x_m, spiral.take_off_y_m]]))[0],
        height_m=30.0,
        times_s=times_s,
        surroundings=surroundings,
        spiral=spiral,
    )
