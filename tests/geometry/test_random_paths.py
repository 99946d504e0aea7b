"""Random trajectories: in the box, flown somewhere, drawn from their generator alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.geometry.frames import Box, along_path, travelled_m
from rfsl.geometry.random_paths import TRAJECTORY_KINDS

sizes_m = st.floats(40.0, 800.0)
corners_m = st.floats(-500.0, 500.0)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    west_m, south_m = draw(corners_m), draw(corners_m)
    return Box(west_m, west_m + draw(sizes_m), south_m, south_m + draw(sizes_m))


@pytest.mark.parametrize("kind", TRAJECTORY_KINDS)
@settings(max_examples=60, deadline=None)
@given(box=boxes(), seed=st.integers(0, 2**32 - 1))
def test_trajectory(kind: str, box: Box, seed: int) -> None:
    path_m = TRAJECTORY_KINDS[kind](box, np.random.default_rng(seed))
    assert path_m.ndim == 2
    assert path_m.shape[1] == 2
    assert np.isfinite(path_m).all()
    np.testing.assert_allclose(path_m, box.clip(path_m), atol=1e-9)
    assert travelled_m(path_m)[-1] > 0.1 * max(box.half_size_m)
    np.random.default_rng(seed + 1).random()  # another generator changes nothing
    again_m = TRAJECTORY_KINDS[kind](box, np.random.default_rng(seed))
    np.testing.assert_array_equal(path_m, again_m)


@pytest.mark.parametrize("kind", TRAJECTORY_KINDS)
def test_trajectories_differ(kind: str) -> None:
    box = Box(0.0, 300.0, 0.0, 200.0)
    paths_m = [TRAJECTORY_KINDS[kind](box, np.random.default_rng(seed)) for seed in range(20)]
    places_m = {
        tuple(along_path(path_m, 0.4 * travelled_m(path_m)[-1:])[0].round(3)) for path_m in paths_m
    }
    assert len(places_m) > 4


def test_along_a_path() -> None:
    """Lengths run along the legs, also of three dimensions; past the end they stay there."""
    corners = np.array([[0.0, 0.0, 10.0], [30.0, 0.0, 10.0], [30.0, 40.0, 10.0]])
    found = along_path(corners, np.array([0.0, 15.0, 30.0, 50.0, 70.0, 900.0]))
    expected = [[0, 0, 10], [15, 0, 10], [30, 0, 10], [30, 20, 10], [30, 40, 10], [30, 40, 10]]
    np.testing.assert_allclose(found, expected)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), step_m=st.floats(0.5, 20.0))
def test_equal_lengths_are_at_most_that_far_apart(seed: int, step_m: float) -> None:
    path_m = TRAJECTORY_KINDS["random_waypoints"](
        Box(0.0, 300.0, 0.0, 200.0), np.random.default_rng(seed)
    )
    length_m = travelled_m(path_m)[-1]
    places_m = along_path(path_m, np.arange(0.0, length_m, step_m))
    apart_m = np.linalg.norm(np.diff(places_m, axis=0), axis=1)
    assert (apart_m <= step_m + 1e-6).all()
    # Only corners are cut.
    assert (apart_m > step_m - 1e-6).sum() >= apart_m.size - len(path_m)
