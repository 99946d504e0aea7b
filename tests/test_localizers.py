"""Classical localizers against flights whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfsl.arrays import FloatArray
from rfsl.config import Config, FlightSettings, LocalizerSettings
from rfsl.flights import Flight
from rfsl.frames import Box
from rfsl.localizers import LOCALIZERS, Localizer, Surroundings
from rfsl.propagation import MODELS

CONFIG = Config()
AREA = Box(0.0, 280.0, 40.0, 320.0)
HEIGHT_M = 5.0
FREE_SPACE = MODELS["free_space"].build(CONFIG.scenario, CONFIG.propagation, None)


def localizer(name: str, propagation: str = "free_space", **changes: float) -> Localizer:
    values = LocalizerSettings().model_dump() | changes
    model = MODELS[propagation].build(CONFIG.scenario, CONFIG.propagation, None)
    return LOCALIZERS[name].build(
        Surroundings(AREA, HEIGHT_M, LocalizerSettings(**values), FlightSettings(), model)
    )


def flight(source_xy_m: tuple[float, float], noise_db: float = 0.0, **how: str) -> Flight:
    """A lawnmower flight, 30 m high, over free space (or another model), level unknown."""
    samples = 6000
    time_s = np.arange(samples) * 0.1
    share = time_s / time_s[-1]
    position_m = np.column_stack(
        [
            20.0 + 240.0 * np.abs((9 * share) % 2 - 1),
            50.0 + 250.0 * share,
            np.full(samples, 30.0),
        ]
    )
    model = MODELS[how.get("propagation", "free_space")].build(
        CONFIG.scenario, CONFIG.propagation, None
    )
    attitude_rad = np.zeros((samples, 3))
    source_m = np.array([[*source_xy_m, HEIGHT_M]])
    rss_db = model(position_m, attitude_rad, source_m)[0] + 33.0
    rss_db += noise_db * np.random.default_rng(0).standard_normal(samples)
    return Flight(time_s, position_m, attitude_rad, rss_db, np.full(samples, 72.0))


def miss_m(estimate_m: FloatArray, source_xy_m: tuple[float, float]) -> float:
    return float(np.linalg.norm(estimate_m - source_xy_m))


inside = st.tuples(st.floats(30.0, 250.0), st.floats(60.0, 290.0))


@settings(max_examples=15, deadline=None)
@given(inside)
def test_least_squares_is_exact_in_free_space(source_xy_m: tuple[float, float]) -> None:
    """Without noise the linear system holds exactly, whatever the level."""
    fine = localizer("linear_least_squares", cell_m=1.5)
    assert miss_m(fine(flight(source_xy_m)), source_xy_m) < 1.0


@settings(max_examples=8, deadline=None)
@given(inside, st.sampled_from(["free_space", "two_ray"]))
def test_grid_finds_the_candidate_nearest_the_source(
    source_xy_m: tuple[float, float], propagation: str
) -> None:
    found = localizer("grid_likelihood", propagation)(flight(source_xy_m, propagation=propagation))
    assert miss_m(found, source_xy_m) < 6.0  # half a diagonal of a cell is 2.8 m


def test_strongest_is_the_place_of_closest_approach() -> None:
    source_xy_m = (140.0, 200.0)
    flown = flight(source_xy_m)
    nearest = flown.position_m[
        np.argmin(np.linalg.norm(flown.position_m[:, :2] - source_xy_m, axis=1))
    ]
    found = localizer("strongest_rss")(flown)
    assert np.linalg.norm(found - nearest[:2]) < 5.0


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


@pytest.mark.parametrize("name", sorted(LOCALIZERS))
def test_the_level_of_the_power_does_not_matter(name: str) -> None:
    """Measured power is uncalibrated."""
    flown = flight((90.0, 150.0), noise_db=2.0)
    louder = Flight(
        flown.time_s,
        flown.position_m,
        flown.attitude_rad,
        flown.rss_db + 47.0,
        flown.quality_db,
    )
    found = localizer(name)(flown)
    np.testing.assert_allclose(localizer(name)(louder), found, atol=1e-6)
    assert found.shape == (2,)
    assert miss_m(found, (90.0, 150.0)) < 60.0
    assert AREA.distance_outside_m(*found) == 0.0


def test_grid_shrugs_off_a_tenth_of_bad_samples() -> None:
    flown = flight((200.0, 120.0), noise_db=1.0)
    flown.rss_db[3000:3600] -= 30.0
    assert miss_m(localizer("grid_likelihood")(flown), (200.0, 120.0)) < 8.0


@pytest.mark.parametrize("name", sorted(set(LOCALIZERS) - {"strongest_rss"}))
def test_samples_without_lock_are_left_out(name: str) -> None:
    flown = flight((200.0, 120.0), noise_db=1.0)
    found = localizer(name)(flown)
    flown.rss_db[::3] = 200.0  # what an unlocked receiver logs means nothing
    flown.quality_db[::3] = 42.0
    assert np.linalg.norm(localizer(name)(flown) - found) < 5.0
    flown.quality_db[50:] = 42.0
    with pytest.raises(ValueError, match="locked on 2 stretches of 10 m; 5 are needed"):
        localizer(name)(flown)


def test_grid_fills_the_box() -> None:
    grid_m = AREA.grid(4.0)
    assert len(grid_m) == 70 * 70
    np.testing.assert_allclose(grid_m.mean(axis=0), AREA.center_m)
    np.testing.assert_allclose(grid_m[:2], [[2.0, 42.0], [6.0, 42.0]])
    np.testing.assert_allclose(AREA.clip(np.array([-5.0, 400.0])), [0.0, 320.0])
