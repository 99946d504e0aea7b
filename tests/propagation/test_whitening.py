"""Whitening by strips is that of the whole matrix, and its size grows with the flight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.arrays import FloatArray
from rfsl.propagation.shadowing import Residual, unit_covariance, unit_whitener
from rfsl.propagation.whitening import Whitener


def residual(distance_m: float, uncorrelated: float, place_share: float = 0.0) -> Residual:
    return Residual(
        depression_edges_deg=(0.0, 90.0),
        std_db=(8.0,),
        correlation_distance_m=distance_m,
        uncorrelated=uncorrelated,
        place_share=place_share,
    )


def lawnmower_m(along_m: FloatArray) -> FloatArray:
    """Lines of 500 m, 25 m apart, flown to and fro 40 m high."""
    line, along = along_m // 500.0, along_m % 500.0
    x_m = np.where(line % 2 == 0, along, 500.0 - along)
    return np.column_stack([x_m, 25.0 * (line % 20), np.full(along_m.size, 40.0)])


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    distance_m=st.sampled_from([1.0, 20.0, 300.0]),
    uncorrelated=st.sampled_from([0.0, 0.05, 0.4, 3.0]),
    cells=st.integers(500, 900),
)
def test_shadowing_along_the_path_is_whitened_exactly(
    seed: int, distance_m: float, uncorrelated: float, cells: int
) -> None:
    """Also with gaps, as a part of a flight has them."""
    rng = np.random.default_rng(seed)
    along_m = 10.0 * np.cumsum(rng.choice([1, 1, 1, 2, 40], cells)).astype(float)
    one, position_m = residual(distance_m, uncorrelated), np.zeros((cells, 3))
    values = rng.standard_normal((cells, 2, 3))
    found = Whitener.of(position_m, along_m, one)(values)
    dense = np.tensordot(unit_whitener(position_m, along_m, one), values, axes=1)
    np.testing.assert_allclose(found, dense, rtol=0.0, atol=1e-9)


def test_size_and_not_its_square_grows_with_the_flight() -> None:
    def entries(cells: int) -> int:
        white = Whitener.of(np.zeros((cells, 3)), 10.0 * np.arange(cells), residual(20.0, 0.4))
        return sum(strip.matrix.size for strip in white.strips)

    assert entries(6000) < 1.05 * 6 * entries(1000)


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_shadowing_of_the_place_is_whitened_nearly(share: float) -> None:
    along_m = 10.0 * np.arange(1500.0)
    position_m, one = lawnmower_m(along_m), residual(20.0, 0.35, share)
    dense = unit_whitener(position_m, along_m, one)
    root = np.linalg.cholesky(unit_covariance(position_m, along_m, one))
    shadowing = root @ np.random.default_rng(1).standard_normal((1500, 20))
    white = Whitener.of(position_m, along_m, one)
    apart = white(shadowing) - dense @ shadowing
    assert np.sqrt(np.square(apart).mean()) < 0.002 and np.abs(apart).max() < 0.05
    smooth = np.sin(position_m[:, :1] / 100.0)
    assert np.square(white(smooth)).sum() == pytest.approx(
        np.square(dense @ smooth).sum(), rel=0.01
    )
