"""Classical localizers against flights whose answer is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm
from scipy.stats import t as student_t
from support.flights import flight_over

from rfsl.arrays import FloatArray
from rfsl.config.calibration import GainShapeSettings
from rfsl.config.config import Config
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import (
    NO_BAGGING,
    BaggingSettings,
    KrigingSettings,
    LocalizerSettings,
    ParticleFilterSettings,
)
from rfsl.flights.cells import flight_cells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box, travelled_m
from rfsl.localizers.bagging import flight_parts, whole_flight
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Localizer, Surroundings
from rfsl.propagation.models import MODELS
from rfsl.propagation.shadowing import unit_whitener
from rfsl.simulation.receiver import correlated_shadowing_db

CONFIG = Config()
AREA = Box(0.0, 280.0, 40.0, 320.0)
HEIGHT_M = 5.0
UNTRAINED = sorted(name for name, spec in LOCALIZERS.items() if spec.networks == "none")
FREE_SPACE = MODELS["free_space"].build(CONFIG.scenario, CONFIG.propagation, None)


def localizer(
    name: str, propagation: str = "free_space", **changes: float
) -> Callable[[Flight], FloatArray]:
    values = LocalizerSettings().model_dump() | changes
    model = MODELS[propagation].build(CONFIG.scenario, CONFIG.propagation, None)
    built = LOCALIZERS[name].build(
        Surroundings(
            AREA,
            HEIGHT_M,
            LocalizerSettings(**values),
            FlightSettings(),
            model,
            gain_shape=GainShapeSettings(),
        )
    )
    return lambda flight: built(flight).position_m


def miss_m(estimate_m: FloatArray, source_xy_m: tuple[float, float]) -> float:
    return float(np.linalg.norm(estimate_m - source_xy_m))


inside = st.tuples(st.floats(30.0, 250.0), st.floats(60.0, 290.0))


@settings(max_examples=15, deadline=None)
@given(inside)
def test_least_squares_is_exact_in_free_space(source_xy_m: tuple[float, float]) -> None:
    """Without noise the linear system holds exactly, whatever the level."""
    fine = localizer("linear_least_squares", cell_m=1.5)
    assert miss_m(fine(flight_over(source_xy_m)), source_xy_m) < 1.0


@settings(max_examples=8, deadline=None)
@given(inside, st.sampled_from(["free_space", "two_ray"]))
def test_grid_finds_the_candidate_nearest_the_source(
    source_xy_m: tuple[float, float], propagation: str
) -> None:
    found = localizer("grid_likelihood", propagation)(
        flight_over(source_xy_m, propagation=propagation)
    )
    # Half a diagonal of a cell is 2.8 m; ripples of two rays let a neighbour fit as well.
    assert miss_m(found, source_xy_m) < (6.0 if propagation == "free_space" else 12.0)


def test_strongest_is_the_place_of_closest_approach() -> None:
    source_xy_m = (140.0, 200.0)
    flown = flight_over(source_xy_m)
    nearest = flown.position_m[
        np.argmin(np.linalg.norm(flown.position_m[:, :2] - source_xy_m, axis=1))
    ]
    found = localizer("strongest_rss")(flown)
    assert np.linalg.norm(found - nearest[:2]) < 5.0
    unsmoothed = localizer("strongest_rss", smoothing_s=0.0)(flown)
    np.testing.assert_allclose(unsmoothed, flown.position_m[np.argmax(flown.rss_db), :2])


def test_centroid_of_a_circle_is_its_centre() -> None:
    angle = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
    position_m = np.column_stack(
        [140 + 60 * np.cos(angle), 180 + 60 * np.sin(angle), np.full(3000, 30.0)]
    )
    source_m = np.array([[140.0, 180.0, HEIGHT_M]])
    rss_db = FREE_SPACE(position_m, np.zeros((3000, 3)), source_m)[0]
    flown = Flight(
        0.1 * np.arange(3000), position_m, np.zeros((3000, 3)), rss_db, np.full(3000, 72.0)
    )
    np.testing.assert_allclose(localizer("weighted_centroid")(flown), [140, 180], atol=2.0)


@pytest.mark.parametrize("name", UNTRAINED)
def test_the_level_of_the_power_does_not_matter(name: str) -> None:
    """Measured power is uncalibrated."""
    flown = flight_over((90.0, 150.0), noise_db=2.0)
    louder = Flight(
        flown.time_s,
        flown.position_m,
        flown.attitude_rad,
        flown.rss_db + 47.0,
        flown.quality_db,
    )
    found = localizer(name)(flown)
    np.testing.assert_allclose(localizer(name)(louder), found, atol=1.0)
    assert found.shape == (2,)
    assert miss_m(found, (90.0, 150.0)) < 60.0
    assert AREA.distance_outside_m(*found) == 0.0


def test_grid_shrugs_off_a_tenth_of_bad_samples() -> None:
    flown = flight_over((200.0, 120.0), noise_db=1.0)
    flown.rss_db[3000:3600] -= 30.0
    assert miss_m(localizer("grid_likelihood")(flown), (200.0, 120.0)) < 8.0


@pytest.mark.parametrize("name", [name for name in UNTRAINED if name != "strongest_rss"])
def test_samples_without_lock_are_left_out(name: str) -> None:
    flown = flight_over((200.0, 120.0), noise_db=1.0)
    found = localizer(name)(flown)
    flown.rss_db[::3] = 200.0  # what an unlocked receiver logs means nothing
    flown.quality_db[::3] = 42.0
    assert np.linalg.norm(localizer(name)(flown) - found) < 5.0
    flown.quality_db[50:] = 42.0
    with pytest.raises(ValueError, match="held the signal on 2 stretches of 10 m; 5 are needed"):
        localizer(name)(flown)


def shadowed(source_xy_m: tuple[float, float], seed: int) -> Flight:
    """Free space with correlated shadowing of 6 dB over 20 m, as the likelihood assumes."""
    flown = flight_over(source_xy_m)
    shadow_db = correlated_shadowing_db(
        travelled_m(flown.position_m), 6.0, 20.0, np.random.default_rng(seed)
    )
    return replace(flown, rss_db=flown.rss_db + shadow_db)


#: Shadowing as `shadowed` makes it.
KNOWN = {
    "shadowing_std_db": 6.0,
    "gain_std_db": 0.0,
    "azimuth_std_db": 0.0,
    "uncorrelated": 0.1,
    "tail_freedom": 1e6,
    "scale_spread": 0.0,
}


def kriging(**changes: float) -> ScoredGrid:
    """Kriging that knows the shadowing and that free space has no gain to be wrong about."""
    values = LocalizerSettings(
        cell_m=20.0,
        position_std_m=0.0,
        bagging=NO_BAGGING,
        kriging=KrigingSettings(**(KNOWN | changes)),
    )
    surroundings = Surroundings(
        AREA, HEIGHT_M, values, FlightSettings(), FREE_SPACE, gain_shape=GainShapeSettings()
    )
    made = LOCALIZERS["kriging"].build(surroundings)
    assert isinstance(made, ScoredGrid)
    return made


def test_kriging_knows_how_wrong_it_is() -> None:
    """Where its assumptions hold, its regions hold the source as often as they say."""
    rng = np.random.default_rng(3)
    errors_m, expected_m, shares = [], [], []
    for seed in range(40):
        source_xy_m = (float(rng.uniform(0, 280)), float(rng.uniform(40, 320)))
        estimate = kriging()(shadowed(source_xy_m, seed))
        assert estimate.posterior is not None
        errors_m.append(miss_m(estimate.position_m, source_xy_m))
        expected_m.append(estimate.expected_error_m)
        shares.append(estimate.posterior.share_up_to(np.array(source_xy_m)))
    assert np.mean(expected_m) == pytest.approx(np.mean(errors_m), rel=0.4)
    assert 0.3 < np.mean(np.array(shares) <= 0.5) < 0.7
    assert np.mean(np.array(shares) <= 0.9) > 0.75


CANDIDATES_M = np.array([[90.0, 150.0], [200.0, 100.0]])


def test_kriging_likelihood_is_the_multivariate_normal() -> None:
    """Against scipy, with the covariance written out from its parts."""
    made = kriging(gain_std_db=3.0, azimuth_std_db=2.0)
    cells = flight_cells(shadowed((90.0, 150.0), 0), 20.0, FlightSettings())
    found = made.scorer(cells, whole_flight(cells.rss_db.size))(CANDIDATES_M)[0]
    likelihood = made.scorer.likelihood  # type: ignore[attr-defined]
    apart_m = np.abs(np.subtract.outer(cells.travelled_m, cells.travelled_m))
    expected = []
    for candidate_m in CANDIDATES_M:
        source_m = np.array([[*candidate_m, HEIGHT_M]])
        mean = FREE_SPACE(cells.position_m, cells.attitude_rad, source_m)[0]
        offset_m = candidate_m - cells.position_m[:, :2]
        depression_rad = np.arctan2(cells.position_m[:, 2] - HEIGHT_M, np.hypot(*offset_m.T))
        basis = likelihood.profile.basis(depression_rad, np.arctan2(offset_m[:, 1], offset_m[:, 0]))
        covariance = 36.0 * (np.exp(-apart_m / 20.0) + 0.01 * np.eye(len(mean))) + 100.0**2
        nodes_deg = np.array(likelihood.profile.depression_deg)
        alike = np.exp(-0.5 * np.square(np.subtract.outer(nodes_deg, nodes_deg) / 15.0))
        covariance += basis[:, :-6] @ (9.0 * alike) @ basis[:, :-6].T
        covariance += 4.0 * basis[:, -6:] @ basis[:, -6:].T
        expected.append(multivariate_normal(mean, covariance).logpdf(cells.rss_db))
    # A tail of a million degrees of freedom is not quite Gaussian.
    assert np.diff(found) == pytest.approx(np.diff(expected), rel=1e-3)


def test_kriging_integrates_over_the_level_and_the_spread() -> None:
    """Heavy tails and a common factor, against the integral over both by quadrature."""
    made = kriging(tail_freedom=5.0, scale_spread=0.25)
    cells = flight_cells(shadowed((90.0, 150.0), 0), 20.0, FlightSettings())
    found = made.scorer(cells, whole_flight(cells.rss_db.size))(CANDIDATES_M)[0]
    residual = made.scorer.likelihood.residual  # type: ignore[attr-defined]
    whitener = unit_whitener(cells.position_m, cells.travelled_m, residual) / 6.0
    levels_db = np.linspace(20.0, 50.0, 1501)
    factors = np.exp(0.25 * np.linspace(-4.0, 4.0, 81))
    expected = []
    for candidate_m in CANDIDATES_M:
        source_m = np.array([[*candidate_m, HEIGHT_M]])
        miss_db = cells.rss_db - FREE_SPACE(cells.position_m, cells.attitude_rad, source_m)[0]
        left = whitener @ (miss_db[:, None] - levels_db)
        values = [
            student_t(5.0, scale=factor * np.sqrt(3.0 / 5.0)).logpdf(left).sum(axis=0)
            + norm.logpdf(np.log(factor) / 0.25)
            for factor in factors
        ]
        expected.append(logsumexp(values))
    assert np.diff(found) == pytest.approx(np.diff(expected), rel=0.1)


def test_before_acquisition_the_signal_was_weaker() -> None:
    """A source under what was flown in silence is unlikely; elsewhere next to nothing changes."""
    scorer = kriging().scorer
    cells = flight_cells(shadowed((200.0, 100.0), 0), 20.0, FlightSettings())
    around_m = [[x_m, y_m, 30.0] for x_m in (20.0, 40.0, 60.0) for y_m in (280.0, 300.0, 320.0)]
    silent = replace(
        cells, quiet_position_m=np.array(around_m), quiet_attitude_rad=np.zeros((9, 3))
    )
    places_m = np.array([[40.0, 300.0], [200.0, 100.0]])
    whole = whole_flight(cells.rss_db.size)
    under, away = (scorer(silent, whole)(places_m) - scorer(cells, whole)(places_m))[0]
    assert under < -1.0
    assert -0.3 < away < 0.0


def particle_filter(bagging: BaggingSettings = NO_BAGGING, **changes: float) -> Localizer:
    """Particle filter that knows the size of the shadowing."""
    known = ParticleFilterSettings(**({"residual_std_db": 6.0, "particles": 2000} | changes))
    values = LocalizerSettings(particle_filter=known, bagging=bagging)
    surroundings = Surroundings(
        AREA, HEIGHT_M, values, FlightSettings(), FREE_SPACE, gain_shape=GainShapeSettings()
    )
    return LOCALIZERS["particle_filter"].build(surroundings)


def brute_force(
    flown: Flight, residual_std_db: float, stretch_m: float, bagging: BaggingSettings = NO_BAGGING
) -> Posterior:
    """Posterior on a fine grid of a Gaussian likelihood whose level is a wide Gaussian."""
    cells = flight_cells(flown, 10.0, FlightSettings())
    candidates_m = AREA.grid(4.0)
    sources_m = np.column_stack([candidates_m, np.full(len(candidates_m), HEIGHT_M)])
    residual_db = cells.rss_db - FREE_SPACE(cells.position_m, cells.attitude_rad, sources_m)
    log_densities = []
    for part in flight_parts(cells.travelled_m, bagging):
        size = int(part.sum())
        covariance = residual_std_db**2 * stretch_m / 10.0 * np.eye(size) + 1e3**2
        normal = multivariate_normal(np.zeros(size), covariance)
        log_densities.append(normal.logpdf(residual_db[:, part]))
    return Posterior.of(candidates_m, np.array(log_densities), np.full(len(candidates_m), 16.0))


@pytest.mark.parametrize(
    ("until_s", "bagging"),
    [
        *((until_s, NO_BAGGING) for until_s in (30.0, 60.0, 150.0, 300.0)),
        *((until_s, BaggingSettings()) for until_s in (60.0, 150.0)),
    ],
)
def test_particles_agree_with_a_grid(until_s: float, bagging: BaggingSettings) -> None:
    """From a posterior that fills the area to a narrow one, bagged or not."""
    source_xy_m = (200.0, 120.0)
    flown = shadowed(source_xy_m, 1).until(until_s)
    exact = brute_force(flown, 6.0, 40.0, bagging)
    estimate = particle_filter(bagging)(flown)
    found = estimate.posterior
    assert found is not None
    spread_m = exact.expected_error_m(exact.median_m())
    assert np.linalg.norm(estimate.position_m - exact.median_m()) < 0.15 * spread_m
    assert estimate.expected_error_m == pytest.approx(spread_m, rel=0.1)
    for share in (0.5, 0.9):
        assert found.region_m2(share) == pytest.approx(exact.region_m2(share), rel=0.2)
    source_m = np.array(source_xy_m)
    assert found.share_up_to(source_m) == pytest.approx(exact.share_up_to(source_m), abs=0.15)


def test_particles_do_not_know_the_level() -> None:
    flown = shadowed((200.0, 120.0), 2)
    louder = replace(flown, rss_db=flown.rss_db + 47.0)
    first, second = particle_filter()(flown), particle_filter()(louder)
    np.testing.assert_allclose(second.position_m, first.position_m, atol=1e-6)
    assert second.expected_error_m == pytest.approx(first.expected_error_m)


def test_particles_are_drawn_from_their_seed() -> None:
    flown = shadowed((90.0, 150.0), 3)
    first, again, other = (particle_filter(seed=seed)(flown) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.position_m, again.position_m)
    assert not np.array_equal(first.position_m, other.position_m)
    assert np.linalg.norm(first.position_m - other.position_m) < 5.0


@pytest.mark.slow
def test_particles_know_how_wrong_they_are() -> None:
    """Shadowing is correlated, the likelihood takes it as so many independent readings."""
    rng = np.random.default_rng(3)
    errors_m, expected_m, shares = [], [], []
    for seed in range(40):
        source_xy_m = (float(rng.uniform(0, 280)), float(rng.uniform(40, 320)))
        estimate = particle_filter()(shadowed(source_xy_m, seed))
        assert estimate.posterior is not None
        errors_m.append(miss_m(estimate.position_m, source_xy_m))
        expected_m.append(estimate.expected_error_m)
        shares.append(estimate.posterior.share_up_to(np.array(source_xy_m)))
    assert np.mean(expected_m) == pytest.approx(np.mean(errors_m), rel=0.3)
    assert 0.3 < np.mean(np.array(shares) <= 0.5) < 0.7
    assert np.mean(np.array(shares) <= 0.9) > 0.75


def test_grid_fills_the_box() -> None:
    grid_m = AREA.grid(4.0)
    assert len(grid_m) == 70 * 70
    np.testing.assert_allclose(grid_m.mean(axis=0), AREA.center_m)
    np.testing.assert_allclose(grid_m[:2], [[2.0, 42.0], [6.0, 42.0]])
    np.testing.assert_allclose(AREA.clip(np.array([-5.0, 400.0])), [0.0, 320.0])
