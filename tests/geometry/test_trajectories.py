"""The spiral: kinematics, extent, and the track that was really flown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from rfsl.config.config import Config
from rfsl.config.scenario import SpiralSettings
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import Trajectory, fly_waypoints, spiral

CONFIG = Config()
FRAME = LocalFrame.of(CONFIG.scenario)
FLIGHT_AREA = Box.of(CONFIG.scenario.flight_area, FRAME)
SOURCE_AREA = Box.of(CONFIG.scenario.source_area, FRAME)


@pytest.fixture(scope="module")
def trajectory() -> Trajectory:
    return spiral(CONFIG.spiral, FLIGHT_AREA, SOURCE_AREA)


def test_samples(trajectory: Trajectory) -> None:
    assert trajectory.time_s.shape == (20_000,)
    assert trajectory.position_m.shape == (20_000, 3)
    np.testing.assert_allclose(np.diff(trajectory.time_s), 0.03)
    assert (trajectory.position_m[:, 2] == 30.0).all()


def test_stays_in_both_areas_after_the_first_leg(trajectory: Trajectory) -> None:
    overlap = FLIGHT_AREA.overlap(SOURCE_AREA)
    outside = [overlap.distance_outside_m(x, y) > 1e-9 for x, y, _ in trajectory.position_m]
    assert not any(outside[2000:])
    assert outside[0]  # the take-off point lies south of the source area


def test_runs_inward(trajectory: Trajectory) -> None:
    center = np.array([106.0, 125.0])
    reach_m = np.abs(trajectory.position_m[:, :2] - center).max(axis=1)
    ring_m = [reach_m[start : start + 5000].max() for start in (2000, 8000, 15000)]
    assert ring_m[0] > ring_m[1] > ring_m[2]


@given(
    st.lists(
        st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=8, unique=True
    ),
    st.floats(1, 15),
    st.floats(0.3, 4),
    st.floats(0, 5),
)
def test_kinematics(
    corners: list[tuple[float, float]], speed: float, acceleration: float, hover_s: float
) -> None:
    waypoints_m = np.array(corners)
    time_s = np.arange(-1.0, 400.0, 0.02)
    position_m = fly_waypoints(
        waypoints_m,
        time_s,
        maximum_speed_m_s=speed,
        acceleration_m_s2=acceleration,
        hover_s=hover_s,
    )
    np.testing.assert_allclose(position_m[0], waypoints_m[0], atol=1e-12)
    velocity = np.diff(position_m, axis=0) / 0.02
    assert np.linalg.norm(velocity, axis=1).max() <= speed * (1 + 1e-9) + 1e-6
    along = np.linalg.norm(velocity, axis=1)
    assert np.abs(np.diff(along)).max() / 0.02 <= acceleration * 1.01 + 1e-3


def test_ends_at_the_last_waypoint() -> None:
    waypoints_m = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.0], [10.0, 5.0]])
    end = fly_waypoints(
        waypoints_m, np.array([1e4]), maximum_speed_m_s=5, acceleration_m_s2=1, hover_s=1
    )
    np.testing.assert_allclose(end, [[10.0, 5.0]])


def test_insets_that_leave_no_ring() -> None:
    with pytest.raises(ValueError, match="leave no ring"):
        spiral(SpiralSettings(inset_west_m=150, inset_east_m=150), FLIGHT_AREA, SOURCE_AREA)


@pytest.mark.afar
@pytest.mark.parametrize("location", [2, 3])
def test_flown_spiral(afar_folder: Path, trajectory: Trajectory, location: int) -> None:
    """The track of flight 309: within 10 m of the simulated one in place, and close in time."""
    path = afar_folder / "flights" / f"results_useful_ori_exp_309_loc_{location}.mat"
    flown = read_log(path, FRAME, CONFIG.flights)
    flown_xy_m, planned_xy_m = flown.position_m[:, :2], trajectory.position_m[:, :2]
    assert cKDTree(planned_xy_m).query(flown_xy_m)[0].max() < 10.0
    assert cKDTree(flown_xy_m).query(planned_xy_m)[0].max() < 10.0
    assert np.median(flown.position_m[:, 2]) == pytest.approx(30.0, abs=1.0)
    same_time_xy_m = np.column_stack(
        [np.interp(flown.time_s, trajectory.time_s, column) for column in planned_xy_m.T]
    )
    assert np.linalg.norm(flown_xy_m - same_time_xy_m, axis=1).mean() < 12.0
