"""Sparse radio maps: where a UAV measured and how badly, and a real flight as a map."""

from __future__ import annotations

import re
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import label

from rfsl.config.config import Config
from rfsl.config.radiomaps import MeasurementSettings, Sampling, SceneSettings
from rfsl.errors import ConfigError
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.radiomaps.maps import RadioMaps
from rfsl.radiomaps.measurement import coverage_mask, measure
from rfsl.radiomaps.raster import MapSquare, rasterize

KINDS: tuple[Sampling, ...] = get_args(Sampling)
FLIGHTS = [kind for kind in KINDS if kind != "pixels"]
SEEDS = st.integers(0, 2**32 - 1)


# Where


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    coverage=st.floats(1e-6, 0.999),
    pixels=st.sampled_from([16, 32, 64]),
    seed=SEEDS,
)
def test_coverage_is_exact(kind: Sampling, coverage: float, pixels: int, seed: int) -> None:
    mask = coverage_mask(kind, coverage, every(pixels), 6.0, np.random.default_rng(seed))
    assert mask.shape == (pixels, pixels)
    assert mask.sum() == max(1, round(coverage * pixels**2))
    again = coverage_mask(kind, coverage, every(pixels), 6.0, np.random.default_rng(seed))
    np.testing.assert_array_equal(again, mask)


@pytest.mark.parametrize("kind", FLIGHTS)
@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, less=st.floats(0.001, 0.3), more=st.floats(0.0, 0.3))
def test_flights_are_cut_as_they_were_flown(
    kind: Sampling, seed: int, less: float, more: float
) -> None:
    """In one piece, from the first trajectory's start; a longer flight holds the shorter one."""
    short = coverage_mask(kind, less, every(32), 12.0, np.random.default_rng(seed))
    assert label(short, structure=np.ones((3, 3)))[1] == 1
    long = coverage_mask(kind, less + more, every(32), 12.0, np.random.default_rng(seed))
    assert not (short & ~long).any()
    box = Box(0.0, 384.0, 0.0, 384.0)
    start_m = TRAJECTORY_KINDS[kind](box, np.random.default_rng(seed))[0]
    column, row = np.minimum(start_m // 12.0, 31).astype(int)
    assert short[row, column]


@pytest.mark.parametrize("kind", get_args(Sampling))
def test_unknown_pixels_are_not_measured(kind: Sampling) -> None:
    """The share counts known pixels, also where a flight has few of them under it."""
    rng = np.random.default_rng(3)
    for share in (0.9, 0.5, 0.02):
        known = rng.random((32, 32)) < share
        known[5, 7] = True
        mask = coverage_mask(kind, 0.3, known, 6.0, rng)
        assert not (mask & ~known).any()
        assert mask.sum() == max(1, round(0.3 * known.sum()))
    alone = np.zeros((32, 32), dtype=bool)
    alone[5, 7] = True
    np.testing.assert_array_equal(coverage_mask(kind, 0.1, alone, 6.0, rng), alone)


def test_single_pixels_are_anywhere() -> None:
    rng = np.random.default_rng(0)
    share = np.mean(
        [coverage_mask("pixels", 0.25, every(16), 6.0, rng) for _ in range(2000)], axis=0
    )
    # Binomial: a standard deviation of 0.01 for each of 256 pixels.
    assert np.abs(share - 0.25).max() < 0.05
    assert share.std() == pytest.approx(0.0097, rel=0.2)


# What


def every(pixels: int) -> np.ndarray:
    """All pixels of a map are known."""
    return np.ones((pixels, pixels), dtype=bool)


def flat_maps(pixels: int, *, in_sight: bool, aoa_rad: float = 3.0) -> RadioMaps:
    shape = (pixels, pixels)
    return RadioMaps(
        np.full(shape, -70.0, np.float32),
        np.full(shape, aoa_rad, np.float32),
        np.full(shape, in_sight),
    )


def test_without_errors_the_map_is_measured() -> None:
    rng = np.random.default_rng(1)
    shape = (16, 16)
    maps = RadioMaps(
        rng.uniform(-90, -50, shape).astype(np.float32),
        rng.uniform(-3.1, 3.1, shape).astype(np.float32),
        rng.random(shape) < 0.5,
    )
    mask = rng.random(shape) < 0.3
    exact = MeasurementSettings(aoa_los_std_rad=0.0, aoa_nlos_std_rad=0.0)
    found = measure(maps, mask, 0.0, exact, rng)
    np.testing.assert_array_equal(found.measured, mask)
    np.testing.assert_array_equal(found.rss_dbm, np.where(mask, maps.rss_dbm, np.nan))
    np.testing.assert_allclose(found.aoa_rad, np.where(mask, maps.aoa_rad, np.nan), atol=1e-6)
    assert found.rss_dbm.dtype == found.aoa_rad.dtype == np.float32


@pytest.mark.parametrize("in_sight", [True, False])
@pytest.mark.parametrize("noise_rate", [0.0, 0.25, 1.0])
def test_errors_have_the_stated_spread(in_sight: bool, noise_rate: float) -> None:
    maps = flat_maps(160, in_sight=in_sight, aoa_rad=0.0)
    mask = np.ones((160, 160), dtype=bool)
    found = measure(maps, mask, noise_rate, MeasurementSettings(), np.random.default_rng(2))
    error_db = found.rss_dbm + 70.0
    assert error_db.std() == pytest.approx(15.0 * noise_rate, rel=0.02)
    assert abs(error_db.mean()) <= 0.02 * 15.0 * noise_rate
    variance_rad2 = (0.02 if in_sight else 0.5) ** 2 + (0.4 * noise_rate) ** 2
    assert found.aoa_rad.std() == pytest.approx(np.sqrt(variance_rad2), rel=0.02)
    if noise_rate:
        assert abs(np.corrcoef(error_db.ravel(), found.aoa_rad.ravel())[0, 1]) < 0.03


@pytest.mark.parametrize("aoa_rad", [3.1, -3.1])
def test_angles_wrap(aoa_rad: float) -> None:
    maps = flat_maps(64, in_sight=False, aoa_rad=aoa_rad)
    mask = np.ones((64, 64), dtype=bool)
    found = measure(maps, mask, 0.5, MeasurementSettings(), np.random.default_rng(3)).aoa_rad
    assert (np.abs(found) <= np.float32(np.pi)).all()
    assert 0.3 < (found > 0).mean() < 0.7
    mean_rad = np.angle(np.exp(1j * (found - aoa_rad)).mean())
    assert abs(mean_rad) < 0.05


# A flight


square_strategy = st.builds(
    MapSquare,
    west_m=st.floats(-500.0, 500.0),
    south_m=st.floats(-500.0, 500.0),
    pixels=st.sampled_from([16, 64, 128]),
    pixel_m=st.floats(0.5, 20.0),
)


@settings(max_examples=60, deadline=None)
@given(square=square_strategy, seed=SEEDS)
def test_pixels_and_metres(square: MapSquare, seed: int) -> None:
    xy_px = np.random.default_rng(seed).uniform(-5.0, 140.0, (4, 3, 2))
    np.testing.assert_allclose(square.to_px(square.to_m(xy_px)), xy_px, atol=1e-6)
    corner_m = square.to_m(np.array([-0.5, -0.5]))
    np.testing.assert_allclose(corner_m, [square.west_m, square.south_m], atol=1e-9)
    # Rasterizing a pixel's centre measures that pixel.
    row, column = np.random.default_rng(seed).integers(square.pixels, size=2)
    center_m = square.to_m(np.array([column, row], dtype=float))
    found = rasterize(np.array([[*center_m, 30.0]]), np.array([-60.0]), square)
    assert np.argwhere(found.measured).tolist() == [[row, column]]


@settings(max_examples=40, deadline=None)
@given(square=square_strategy, seed=SEEDS, samples=st.integers(1, 3000))
def test_raster_is_a_mean_by_pixel(square: MapSquare, seed: int, samples: int) -> None:
    rng = np.random.default_rng(seed)
    side_m = square.pixels * square.pixel_m
    offset_m = rng.uniform(-0.3, 1.3, (samples, 2)) * side_m
    position_m = np.column_stack(
        [offset_m[:, 0] + square.west_m, offset_m[:, 1] + square.south_m, np.full(samples, 30.0)]
    )
    rss_db = rng.normal(-60.0, 10.0, samples)
    found = rasterize(position_m, rss_db, square)
    inside = ((offset_m >= 0.0) & (offset_m < side_m)).all(axis=1)
    column, row = (offset_m[inside] // square.pixel_m).T.astype(int)
    means = pd.Series(rss_db[inside]).groupby([row, column]).mean()
    assert found.measured.sum() == len(means)
    for (at_row, at_column), mean_db in means.items():
        assert found.rss_db[at_row, at_column] == pytest.approx(mean_db, abs=1e-4)
    assert np.isnan(found.rss_db[~found.measured]).all()
    assert found.rss_db.dtype == np.float32
    assert found.coverage == pytest.approx(len(means) / square.pixels**2)
    assert found.left_out_share == pytest.approx(1.0 - inside.mean())


def test_the_default_map_holds_both_areas() -> None:
    config, scenes = Config(), SceneSettings()
    frame = LocalFrame.of(config.scenario)
    areas = [Box.of(a, frame) for a in (config.scenario.flight_area, config.scenario.source_area)]
    square = MapSquare.around(areas[0], areas[1], scenes.pixels, scenes.pixel_m)
    for area in areas:
        corners_m = np.array([[area.west_m, area.south_m], [area.east_m, area.north_m]])
        corners_px = square.to_px(corners_m)
        assert corners_px.min() >= -0.5
        assert corners_px.max() <= scenes.pixels - 0.5
    both_m = np.array([areas[0].center_m, areas[1].center_m]).mean(axis=0)
    middle_m = square.to_m(np.full(2, (scenes.pixels - 1) / 2))
    assert np.abs(middle_m - both_m).max() < 10.0


@settings(max_examples=60, deadline=None)
@given(
    bounds=st.lists(st.floats(0.0, 400.0), min_size=8, max_size=8),
    pixel_m=st.floats(0.5, 3.0),
)
def test_what_a_small_map_needs(bounds: list[float], pixel_m: float) -> None:
    """It covers the source area, or says what would."""
    west, east, south, north = ([*pair] for pair in np.reshape(bounds, (4, 2)))
    flight = Box(west[0], west[0] + east[0] + 1.0, south[0], south[0] + north[0] + 1.0)
    source = Box(west[1], west[1] + east[1] + 1.0, south[1], south[1] + north[1] + 1.0)

    def holds(square: MapSquare) -> bool:
        side_m = square.pixels * square.pixel_m
        grown = Box(square.west_m, square.west_m + side_m, square.south_m, square.south_m + side_m)
        return all(
            grown.distance_outside_m(x_m, y_m) < 1e-6
            for x_m in (source.west_m, source.east_m)
            for y_m in (source.south_m, source.north_m)
        )

    try:
        assert holds(MapSquare.around(flight, source, 64, pixel_m))
    except ConfigError as error:
        said = re.search(r"Set (?:\S+pixels to (\d+), or )?\S+pixel_m to (\S+) or more", str(error))
        assert said
        assert holds(MapSquare.around(flight, source, 64, float(said[2])))
        if said[1]:
            assert holds(MapSquare.around(flight, source, int(said[1]), pixel_m))
            with pytest.raises(ConfigError):
                MapSquare.around(flight, source, int(said[1]) // 2, pixel_m)
        else:  # no size is enough
            with pytest.raises(ConfigError):
                MapSquare.around(flight, source, 512, pixel_m)
