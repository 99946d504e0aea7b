"""k-means: the labels of scikit-learn, whatever the points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from rfsl.features.kmeans import k_means


def flight(seed: int, samples: int) -> np.ndarray:
    """A winding path with a smooth third coordinate."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal((samples, 3)).cumsum(axis=0).cumsum(axis=0)
    return (steps - steps.mean(axis=0)) / steps.std(axis=0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 1500), st.integers(1, 3), st.integers(1, 20))
def test_labels_are_those_of_scikit_learn(seed: int, samples: int, axes: int, cells: int) -> None:
    points = flight(seed, samples)[:, :axes]
    starts = np.stack([part.mean(axis=0) for part in np.array_split(points, cells)])
    expected = KMeans(cells, init=starts, n_init=1).fit(points).labels_
    np.testing.assert_array_equal(k_means(points, starts), expected)


@pytest.mark.parametrize("cells", [2, 33])
def test_the_order_of_the_points_does_not_matter(cells: int) -> None:
    points = flight(0, 2000)
    shuffled = np.random.default_rng(1).permutation(len(points))
    starts = points[:: len(points) // cells][:cells]
    np.testing.assert_array_equal(
        k_means(points[shuffled], starts), k_means(points, starts)[shuffled]
    )


def test_an_empty_cell_is_filled() -> None:
    points = flight(2, 500)
    starts = np.concatenate([points[:4], [[1e3, 1e3, 1e3]]])
    assert np.unique(k_means(points, starts)).size == 5
