"""Interpolation of sparse maps: nearest neighbour, and kriging beside scikit-learn."""

from __future__ import annotations

import tracemalloc

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

from rfsl.radiomaps.interpolation import Kriging, nearest_neighbour


def sparse_field(
    seed: int, share: float = 0.15, shape: tuple[int, int] = (32, 32)
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A smooth field (H, W), where it is measured, and what is measured of it."""
    rng = np.random.default_rng(seed)
    field = gaussian_filter(rng.standard_normal(shape), 4.0)
    field_db = -80.0 + 10.0 * field / field.std()
    measured = rng.random(shape) < share
    measured[0, 0] = True
    return field_db, measured, np.where(measured, field_db, np.nan)


def test_the_nearest_neighbour_by_brute_force() -> None:
    _, measured, sparse_db = sparse_field(0)
    found_db = nearest_neighbour(measured, sparse_db)
    known = np.argwhere(measured)
    for row, column in np.ndindex(32, 32):
        distance_px = np.hypot(*(known - [row, column]).T)
        nearest = known[distance_px == distance_px.min()]
        assert found_db[row, column] in sparse_db[tuple(nearest.T)]
    np.testing.assert_array_equal(found_db[measured], sparse_db[measured])


def exponential(nugget: float, scale_px: float = 10.0, variance: float = 1.0) -> Kriging:
    return Kriging(
        ConstantKernel(variance) * Matern(scale_px, (0.1, 1e4), nu=0.5) + WhiteKernel(nugget)
    )


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0.0, 0.6),
    rows=st.integers(2, 14),
    columns=st.integers(2, 14),
    scale_px=st.floats(0.5, 500.0),
    nugget=st.floats(1e-6, 5.0),
    variance=st.floats(0.05, 50.0),
)
def test_kriging_predicts_as_scikit_learn_does(
    seed: int,
    share: float,
    rows: int,
    columns: int,
    scale_px: float,
    nugget: float,
    variance: float,
) -> None:
    """Over maps of any shape, to 0.05 dB; nothing wraps around at the edges."""
    _, measured, sparse_db = sparse_field(seed, share, (rows, columns))
    kriging = exponential(nugget, scale_px, variance)
    process = GaussianProcessRegressor(kriging.kernel, optimizer=None, normalize_y=True)
    process.fit(np.argwhere(measured), sparse_db[measured])
    everywhere = np.indices(measured.shape).reshape(2, -1).T
    expected_db = process.predict(everywhere).reshape(measured.shape)
    np.testing.assert_allclose(kriging(measured, sparse_db), expected_db, atol=0.05)


def test_kriging_is_exact_without_a_nugget() -> None:
    field_db, measured, sparse_db = sparse_field(1)
    found_db = exponential(1e-8)(measured, sparse_db)
    assert found_db.shape == (32, 32)
    np.testing.assert_allclose(found_db[measured], field_db[measured], atol=1e-3)
    # With one it smooths, and a constant comes through.
    smoothed_db = exponential(1.0)(measured, sparse_db)
    assert np.abs(smoothed_db - field_db)[measured].mean() > 1.0
    np.testing.assert_allclose(
        exponential(1.0)(measured, sparse_db + 50.0), smoothed_db + 50.0, atol=1e-6
    )


def test_kriging_does_better_than_the_nearest_neighbour() -> None:
    """With a kernel fitted on other fields; both are measured with an error of 1 dB."""
    rng = np.random.default_rng(0)

    def noisy(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        field_db, measured, sparse_db = sparse_field(seed)
        return field_db, measured, sparse_db + rng.standard_normal((32, 32))

    kriging = Kriging.fitted([noisy(seed)[1:] for seed in range(3)])
    scale_px = np.exp(kriging.kernel.theta[1])
    assert scale_px > 3.0
    rmse_db: dict[str, list[float]] = {"kriging": [], "nearest": []}
    for seed in range(10, 14):
        field_db, measured, sparse_db = noisy(seed)
        for name, rule in (("kriging", kriging), ("nearest", nearest_neighbour)):
            error_db = (rule(measured, sparse_db) - field_db)[~measured]
            rmse_db[name].append(float(np.sqrt(np.square(error_db).mean())))
    assert (np.array(rmse_db["kriging"]) < 0.9 * np.array(rmse_db["nearest"])).all()


def test_a_large_map_takes_little_memory() -> None:
    """Of pixels times measurements there is no array: here it would hold 1 GB."""
    _, measured, sparse_db = sparse_field(2, 0.008, (400, 400))
    tracemalloc.start()
    found_db = exponential(0.1)(measured, sparse_db)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert np.isfinite(found_db).all()
    assert measured.sum() * measured.size * 8 > 1e9 and peak < 2e8
