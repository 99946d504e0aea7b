"""Links between a UAV and a source: rotations and directions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from rfsl.geometry.links import body_direction, body_rotation, link_geometry

heights = st.floats(1.0, 100.0)
ranges = st.floats(1.0, 2000.0)
angles = st.floats(-np.pi, np.pi)


@given(ranges, heights, heights)
def test_path_difference(distance_m: float, low_m: float, high_m: float) -> None:
    geometry = link_geometry(np.array([[distance_m, 0.0, high_m]]), np.array([[0.0, 0.0, low_m]]))
    plain = geometry.reflected_m - geometry.direct_m
    np.testing.assert_allclose(geometry.path_difference_m, plain, rtol=1e-6, atol=1e-9)
    assert geometry.direct_m[0, 0] == pytest.approx(np.hypot(distance_m, high_m - low_m))
    assert geometry.reflected_m[0, 0] == pytest.approx(np.hypot(distance_m, high_m + low_m))
    assert np.tan(geometry.grazing_rad[0, 0]) == pytest.approx((high_m + low_m) / distance_m)
    assert np.tan(geometry.depression_rad[0, 0]) == pytest.approx((high_m - low_m) / distance_m)


@given(angles, st.floats(-1.5, 1.5), angles)
def test_rotation_against_scipy(roll: float, pitch: float, yaw: float) -> None:
    """scipy's aerospace angles (north-east-down to front-right-down), with axes renamed."""
    renamed = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
    aerospace = Rotation.from_euler("ZYX", [yaw, pitch, roll]).inv().as_matrix()
    matrix = body_rotation(np.array([roll, pitch, yaw]))
    np.testing.assert_allclose(matrix, renamed @ aerospace @ renamed, atol=1e-12)


@pytest.mark.parametrize(
    ("attitude_deg", "toward", "elevation_deg", "azimuth_deg"),
    [
        ((0, 0, 0), (0, 1, 0), 0, 90),  # north is straight ahead
        ((0, 0, 0), (1, 0, 0), 0, 0),  # east is to the right
        ((0, 0, 90), (1, 0, 0), 0, 90),  # heading east: east is ahead
        ((0, 0, 90), (0, 1, 0), 0, 180),  # and north to the left
        ((0, 10, 0), (0, 1, 0), -10, 90),  # nose up: the horizon ahead is below the nose
        ((10, 0, 0), (1, 0, 0), 10, 0),  # right wing down: the horizon on the right is above it
    ],
)
def test_body_directions(
    attitude_deg: tuple[float, ...],
    toward: tuple[float, ...],
    elevation_deg: float,
    azimuth_deg: float,
) -> None:
    rotation = body_rotation(np.radians([attitude_deg]).astype(float))
    east, north, up = (np.array([[value]], float) for value in toward)
    elevation, azimuth = body_direction(rotation, east, north, up, np.ones((1, 1)))
    assert np.degrees(elevation[0, 0]) == pytest.approx(elevation_deg, abs=1e-9)
    assert np.degrees(azimuth[0, 0]) == pytest.approx(azimuth_deg, abs=1e-9)
