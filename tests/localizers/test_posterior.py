"""Posteriors over a grid: medians, regions and shares against closed forms."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.errors import UnusableFlightError
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.scored_grid import refined_posterior

AREA = Box(-150.0, 150.0, -150.0, 150.0)


def gaussian(center_m: tuple[float, float], std_m: float, spacing_m: float = 2.0) -> Posterior:
    grid_m = AREA.grid(spacing_m)
    log_density = -np.square(grid_m - center_m).sum(axis=1) / (2 * std_m**2)
    return Posterior.of(grid_m, log_density, np.full(len(grid_m), spacing_m**2))


def test_gaussian() -> None:
    """Rayleigh: mean distance std sqrt(pi/2); a share p lies within 2 pi std² ln(1 / (1 - p))."""
    posterior = gaussian((20.0, -10.0), 25.0)
    median_m = posterior.median_m()
    np.testing.assert_allclose(median_m, [20.0, -10.0], atol=0.05)
    assert posterior.expected_error_m(median_m) == pytest.approx(25 * np.sqrt(np.pi / 2), rel=0.01)
    for share in (0.5, 0.9):
        area_m2 = -2 * np.pi * 25**2 * np.log(1 - share)
        assert posterior.region_m2(share) == pytest.approx(area_m2, rel=0.02)
    radius_m = 25.0 * np.sqrt(-2 * np.log(1 - 0.7))
    assert posterior.share_up_to(np.array([20.0 + radius_m, -10.0])) == pytest.approx(0.7, abs=0.02)


def test_the_median_has_the_smallest_expected_error() -> None:
    rng = np.random.default_rng(0)
    places_m = rng.uniform(-100, 100, (40, 2))
    posterior = Posterior.of(places_m, rng.standard_normal(40), np.ones(40))
    best = posterior.expected_error_m(posterior.median_m())
    for place_m in rng.uniform(-100, 100, (200, 2)):
        assert posterior.expected_error_m(place_m) >= best - 1e-6


def test_shares_of_right_posteriors_are_uniform() -> None:
    """Draw the truth from the posterior: what `share_up_to` says is calibrated."""
    rng = np.random.default_rng(1)
    posterior = gaussian((0.0, 0.0), 30.0, spacing_m=5.0)
    shares = [
        posterior.share_up_to(posterior.xy_m[rng.choice(3600, p=posterior.probability)])
        for _ in range(800)
    ]
    assert np.mean(np.array(shares) <= 0.5) == pytest.approx(0.5, abs=0.05)
    assert np.mean(np.array(shares) <= 0.9) == pytest.approx(0.9, abs=0.03)


def test_cells_of_different_size() -> None:
    """A region goes by density: a large cell does not win by being large."""
    posterior = Posterior.of(
        np.array([[0.0, 0.0], [10.0, 0.0]]), np.log([3.0, 1.0]), np.array([1.0, 9.0])
    )
    np.testing.assert_allclose(posterior.probability, [0.25, 0.75])
    assert posterior.region_m2(0.2) == 1.0
    assert posterior.region_m2(0.5) == 10.0
    assert np.isnan(Estimate(np.zeros(2)).expected_error_m)


def test_what_is_left_within_some_cells() -> None:
    posterior = gaussian((0.0, 0.0), 25.0)
    east = posterior.xy_m[:, 0] > 0.0
    half = posterior.within(east)
    assert half.probability.sum() == pytest.approx(1.0)
    assert half.region_m2(0.9) == pytest.approx(posterior.region_m2(0.9) / 2, rel=0.02)
    assert half.median_m()[0] > 10.0
    with pytest.raises(UnusableFlightError, match="nowhere in the area"):
        posterior.within(np.zeros(east.size, bool))


def test_a_flight_that_says_little_is_not_resolved() -> None:
    flat = Estimate(np.zeros(2), gaussian((0.0, 0.0), 400.0))
    assert flat.unresolved.startswith("not resolved: the 90 % region covers 8")
    assert Estimate(np.zeros(2), gaussian((0.0, 0.0), 20.0)).unresolved == ""
    assert Estimate(np.zeros(2)).unresolved == ""


def test_blurring_adds_variances() -> None:
    blurred = gaussian((0.0, 0.0), 12.0, spacing_m=5.0).blurred(5.0)
    assert blurred.probability.sum() == pytest.approx(1.0)
    spread_m2 = blurred.probability @ np.square(blurred.xy_m[:, 0])
    assert spread_m2 == pytest.approx(12.0**2 + 5.0**2, rel=0.01)
    assert gaussian((0.0, 0.0), 12.0).blurred(0.0) is not None


def test_scores_of_a_gaussian() -> None:
    """At a distance of 0 and of 40 m from its centre, against closed forms."""
    std_m, spacing_m = 25.0, 4.0
    posterior = gaussian((0.0, 0.0), std_m, spacing_m)
    apart_m = std_m * np.sqrt(np.pi)  # mean distance of two draws
    center_m = posterior.xy_m[posterior.cell_at(np.zeros(2))]
    assert posterior.energy_score_m(center_m) == pytest.approx(
        std_m * np.sqrt(np.pi / 2) - apart_m / 2, rel=0.02
    )
    for place_m in np.array([[0.0, 4.0], [40.0, 0.0]]):  # centres of cells
        expected = -np.log(2 * np.pi * std_m**2) - np.square(place_m).sum() / (2 * std_m**2)
        assert posterior.log_density_at(place_m) == pytest.approx(expected, abs=0.01)
    far_m = posterior.energy_score_m(np.array([149.0, 149.0]))
    assert far_m > posterior.expected_error_m(np.array([149.0, 149.0])) - apart_m


@pytest.mark.slow
@pytest.mark.parametrize("power", [0.4, 2.5])
def test_scores_are_best_for_the_true_probabilities(power: float) -> None:
    """Sources drawn from a posterior: one that is less sure, and one too sure, score worse."""
    rng = np.random.default_rng(3)
    true = gaussian((0.0, 0.0), 30.0, spacing_m=6.0)
    other = Posterior.of(true.xy_m, power * np.log(true.probability + 1e-300), true.cell_m2)
    places_m = true.xy_m[rng.choice(len(true.xy_m), 300, p=true.probability)]
    log_densities = [[item.log_density_at(at_m) for at_m in places_m] for item in (true, other)]
    energies_m = [[item.energy_score_m(at_m) for at_m in places_m] for item in (true, other)]
    assert np.mean(log_densities[0]) > np.mean(log_densities[1])
    assert np.mean(energies_m[0]) < np.mean(energies_m[1])


def test_a_posterior_that_excludes_the_source_has_a_finite_score() -> None:
    certain = Posterior(np.array([[0.0, 0.0], [9.0, 0.0]]), np.array([1.0, 0.0]), np.ones(2))
    assert -1000.0 < certain.log_density_at(np.array([9.0, 0.0])) < -700.0


def dense_blur(posterior: Posterior, std_m: float) -> np.ndarray:
    """The formula of `Posterior.blurred`, over all pairs of cells."""
    apart_m = np.linalg.norm(posterior.xy_m[:, None] - posterior.xy_m, axis=2)
    kernel = np.exp(-0.5 * (apart_m / std_m) ** 2) * posterior.cell_m2[:, None]
    return np.asarray((kernel / kernel.sum(axis=0)) @ posterior.probability)


@settings(max_examples=8, deadline=None)
@given(
    std_m=st.sampled_from([0.3, 3.0, 12.0, 400.0]),
    coarse_m=st.sampled_from([12.0, 16.0]),
    seed=st.integers(0, 99),
)
def test_a_blur_over_neighbours_is_that_over_all_cells(
    std_m: float, coarse_m: float, seed: int
) -> None:
    """On a grid with cells of two sizes, and in several blocks."""
    peak_m = np.random.default_rng(seed).uniform(-90.0, 90.0, 2)

    def score(xy_m: np.ndarray) -> np.ndarray:
        return np.atleast_2d(-np.linalg.norm(xy_m - peak_m, axis=1) / 15.0)

    posterior = refined_posterior(score, AREA, coarse_m=coarse_m, fine_m=4.0)
    assert len(np.unique(posterior.cell_m2.round(6))) == 2
    blurred = posterior.blurred(std_m).probability
    np.testing.assert_allclose(blurred, dense_blur(posterior, std_m), rtol=1e-12, atol=1e-20)


def test_memory_of_a_blur_grows_with_the_cells() -> None:
    """10,000 cells; a matrix of all pairs would take 800 MB."""
    posterior = gaussian((20.0, -10.0), 25.0, spacing_m=3.0)
    tracemalloc.start()
    blurred = posterior.blurred(3.0)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(posterior.xy_m) == 10_000 and peak_bytes < 50e6
    assert blurred.probability.sum() == pytest.approx(1.0)


@settings(max_examples=20, deadline=None)
@given(peak_m=st.tuples(st.floats(-1400.0, 1400.0), st.floats(-1400.0, 1400.0)))
def test_a_large_area_starts_coarse_and_finds_the_same(peak_m: tuple[float, float]) -> None:
    """3 km by 3 km, 62,500 coarse cells: a source that few cells stand for is found all the same.

    A score that falls with the logarithm of the distance, as that of a flight near the source.
    """
    scored = 0

    def score(xy_m: np.ndarray) -> np.ndarray:
        nonlocal scored
        scored += len(xy_m)
        return -3.0 * np.log1p((np.linalg.norm(xy_m - peak_m, axis=1) / 20.0) ** 2)[None]

    large = Box(-1500.0, 1500.0, -1500.0, 1500.0)
    posterior = refined_posterior(score, large, coarse_m=12.0, fine_m=4.0)
    assert scored < 20_000 and posterior.cell_m2.sum() == pytest.approx(9e6)
    assert posterior.probability.sum() == pytest.approx(1.0)
    assert posterior.cell_m2.min() == pytest.approx(16.0, rel=0.1)
    np.testing.assert_allclose(posterior.median_m(), peak_m, atol=3.0)
    # Of the density 1 / (1 + (r / a)²)³, a share 1 - 1 / (1 + (r / a)²)² lies within r.
    radius_m2 = 20.0**2 * (1.0 / np.sqrt(0.5) - 1.0)
    assert posterior.region_m2(0.5) == pytest.approx(np.pi * radius_m2, rel=0.1)


def test_many_candidates_are_scored_in_blocks() -> None:
    """So that the progress can be told; it changes nothing."""
    sizes: list[int] = []

    def score(xy_m: np.ndarray) -> np.ndarray:
        sizes.append(len(xy_m))
        return np.vstack([xy_m[:, 0], xy_m[:, 1]]) / 100.0

    posterior = refined_posterior(score, AREA, coarse_m=4.0, fine_m=4.0)
    assert max(sizes) <= 1_000 < sum(sizes)
    one = Posterior.of(posterior.xy_m, score(posterior.xy_m), posterior.cell_m2)
    np.testing.assert_array_equal(posterior.probability, one.probability)
