"""Times of legs, and the cells of a path."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rfsl.config.config import Config
from rfsl.geometry.frames import travelled_m
from rfsl.geometry.trajectories import fly_waypoints
from rfsl.planning.motion import FlownCells, Motion

CONFIG = Config()
MOTION = Motion.of(CONFIG.spiral)
paths = st.lists(
    st.tuples(st.floats(-200.0, 200.0), st.floats(-200.0, 200.0)), min_size=2, max_size=6
).map(np.array)


@given(paths)
def test_the_time_of_arrival_is_when_the_simulated_trajectory_arrives(path_m: np.ndarray) -> None:
    """`fly_waypoints` is the oracle: half a second before the turn ends, the UAV is there."""
    path_m = path_m[np.append(True, np.linalg.norm(np.diff(path_m, axis=0), axis=1) > 1.0)]
    ready_s = MOTION.ready_s(path_m)
    assert ready_s[0] == CONFIG.spiral.take_off_hover_s
    if len(path_m) < 2:
        return
    there_m = fly_waypoints(
        path_m,
        ready_s - MOTION.take_off_s - 0.5 * MOTION.turn_s,
        maximum_speed_m_s=MOTION.speed_m_s,
        acceleration_m_s2=MOTION.acceleration_m_s2,
        hover_s=MOTION.turn_s,
    )
    np.testing.assert_allclose(there_m, path_m, atol=1e-6)
    np.testing.assert_allclose(MOTION.flown_m(path_m, ready_s), travelled_m(path_m), atol=1e-6)


@given(paths, st.floats(0.0, 500.0))
def test_a_path_that_goes_on_keeps_its_cells(path_m: np.ndarray, flown_m: float) -> None:
    whole_m = float(travelled_m(path_m)[-1])
    part = FlownCells.of(path_m, min(flown_m, whole_m), 7.0)
    whole = FlownCells.of(path_m, whole_m, 7.0)
    count = part.along_m.size
    np.testing.assert_array_equal(part.xy_m, whole.xy_m[:count])
    np.testing.assert_array_equal(part.course_rad, whole.course_rad[:count])
    assert count == int(min(flown_m, whole_m) / 7.0 + 1e-9)


def test_before_the_first_leg_nothing_is_flown() -> None:
    assert MOTION.flown_m(np.zeros((1, 2)), 100.0).tolist() == [0.0]
    assert FlownCells.of(np.zeros((1, 2)), 0.0, 10.0).along_m.size == 0
    assert MOTION.without_take_off().ready_s(np.zeros((1, 2))).tolist() == [0.0]
