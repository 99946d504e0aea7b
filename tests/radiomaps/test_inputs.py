"""Radio maps as networks take them: encoding, measured batches, and the search by two laws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.map_scenes import EXACT, scene_set

from rfsl.config.radiomaps import MeasurementSettings, Sampling, SceneSettings
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.encoding import CHANNELS, decode_rss, encode, encode_aoa, encode_rss
from rfsl.radiomaps.maps import los_nlos_rss_dbm
from rfsl.radiomaps.two_law_search import TwoLawFit, TwoLawSearch, two_law_scores

SCENES = SceneSettings(pixels=32, pixel_m=6.0)
DRAWN = scene_set(SCENES, 5)
KINDS: tuple[Sampling, ...] = get_args(Sampling)
FLIGHTS = [kind for kind in KINDS if kind != "pixels"]
SEEDS = st.integers(0, 2**32 - 1)


def sparse(
    seed: int, scenes: int = 2, pixels: int = 16
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where, RSS and angles (B, H, W), with NaN where nothing is measured."""
    rng = np.random.default_rng(seed)
    shape = (scenes, pixels, pixels)
    measured = rng.random(shape) < 0.2
    measured[:, 0, 0] = True
    rss_db = np.where(measured, rng.normal(-80.0, 15.0, shape), np.nan)
    aoa_rad = np.where(measured, rng.uniform(-np.pi, np.pi, shape), np.nan)
    return measured, rss_db, aoa_rad


# Encoding


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, spread_db=st.floats(0.0, 200.0))
def test_rss_comes_back(seed: int, spread_db: float) -> None:
    rng = np.random.default_rng(seed)
    rss_db = rng.uniform(-100.0 - spread_db, -100.0 + spread_db, (3, 4, 5))
    reference_db = rng.uniform(-150.0, 0.0, 3)
    scaled = encode_rss(rss_db, reference_db)
    assert scaled.shape == (3, 1, 4, 5) and scaled.dtype == np.float32
    np.testing.assert_allclose(decode_rss(scaled, reference_db), rss_db, atol=1e-4)


def test_what_one_and_zero_stand_for() -> None:
    reference_db = np.array([-50.0, -70.0])
    rss_db = np.array([[[-50.0, -110.0]], [[-70.0, -130.0]]])
    np.testing.assert_allclose(encode_rss(rss_db, reference_db)[:, 0], [[[1, 0]], [[1, 0]]])


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, level_db=st.floats(-200.0, 200.0))
def test_the_level_of_a_receiver_does_not_matter(seed: int, level_db: float) -> None:
    measured, rss_db, _ = sparse(seed)
    height_m = np.zeros(measured.shape)
    base = encode(measured, rss_db, None, height_m, 30.0)
    louder = encode(measured, rss_db + level_db, None, height_m, 30.0)
    np.testing.assert_allclose(louder.maps["rss"], base.maps["rss"], atol=1e-5)
    np.testing.assert_allclose(louder.reference_db - base.reference_db, level_db, atol=1e-4)
    for scene in range(2):
        within = rss_db[scene][measured[scene]] <= base.reference_db[scene]
        assert within.mean() == pytest.approx(0.95, abs=1.5 / within.size)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, weaker_db=st.floats(0.0, 500.0))
def test_zero_means_not_measured(seed: int, weaker_db: float) -> None:
    """However weak a measurement is beside the others, it is there."""
    measured, rss_db, aoa_rad = sparse(seed)
    rss_db[:, 0, 0] -= weaker_db
    inputs = encode(measured, rss_db, aoa_rad, np.zeros(measured.shape), 30.0)
    np.testing.assert_array_equal(inputs.maps["rss"][:, 0] > 0.0, measured)
    np.testing.assert_array_equal(inputs.maps["rss"][:, 0] == 0.0, ~measured)
    length = np.linalg.norm(inputs.maps["aoa"], axis=1)
    np.testing.assert_allclose(length, measured, atol=1e-6)
    strong = measured & (rss_db > inputs.reference_db[:, None, None] - 50.0)
    decoded_db = decode_rss(inputs.maps["rss"], inputs.reference_db)
    np.testing.assert_allclose(decoded_db[strong], rss_db[strong], atol=1e-3)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, turns=st.integers(-3, 3))
def test_angles_have_no_seam(seed: int, turns: int) -> None:
    aoa_rad = np.random.default_rng(seed).uniform(-np.pi, np.pi, (2, 3, 4))
    made = encode_aoa(aoa_rad)
    assert made.shape == (2, 2, 3, 4) and made.dtype == np.float32
    np.testing.assert_allclose(encode_aoa(aoa_rad + 2.0 * np.pi * turns), made, atol=1e-6)
    np.testing.assert_allclose(np.arctan2(made[:, 1], made[:, 0]), aoa_rad, atol=1e-5)


def test_channels_of_each_map() -> None:
    measured, rss_db, aoa_rad = sparse(0)
    height_m = np.full(measured.shape, 12.0)
    inputs = encode(measured, rss_db, aoa_rad, height_m, 30.0)
    for name, values in inputs.maps.items():
        assert values.shape == (2, CHANNELS[name], 16, 16) and values.dtype == np.float32
    np.testing.assert_allclose(inputs.maps["height"], 0.4)
    assert set(inputs.maps) == {"rss", "aoa", "height"}
    assert set(encode(measured, rss_db, None, height_m, 30.0).maps) == {"rss", "height"}


# Measured batches


def surveyed(
    coverage: float = 0.2,
    samplings: Sequence[Sampling] = ("spiral", "pixels", "lawnmower"),
    noise_rate: float = 0.0,
    seed: int = 7,
    measurement: MeasurementSettings = EXACT,
    channels: str = "",
) -> MeasuredScenes:
    surveyor = Surveyor(SCENES, measurement, frozenset(channels.split()))
    return surveyor.measured(
        DRAWN,
        np.array([3, 0, 4]),
        coverage,
        samplings,
        [noise_rate] * 3,
        np.random.default_rng(seed).spawn(3),
    )


def test_a_batch_is_of_the_scenes_asked_for() -> None:
    found = surveyed()
    assert found.rss.shape == found.inputs.maps["rss"].shape == (3, 1, 32, 32)
    assert found.aoa.shape == found.inputs.maps["aoa"].shape == (3, 2, 32, 32)
    assert found.rss.dtype == found.aoa.dtype == found.source_px.dtype == np.float32
    for item, (number, row) in zip(found.measurements, enumerate((3, 0, 4)), strict=True):
        np.testing.assert_array_equal(
            item.rss_dbm, np.where(item.measured, DRAWN.rss_dbm[row], np.nan)
        )
        assert item.measured.sum() == round(0.2 * 32**2)
        np.testing.assert_allclose(
            6.0 * (found.source_px[number] + 0.5), DRAWN.source_m[row, :2], atol=1e-4
        )
        np.testing.assert_allclose(
            found.inputs.maps["height"][number, 0], DRAWN.height_m[row] / 30.0, atol=1e-6
        )
    # What there is to be told is the complete map, encoded as what was measured.
    np.testing.assert_allclose(
        decode_rss(found.rss, found.inputs.reference_db), DRAWN.rss_dbm[[3, 0, 4]], atol=1e-4
    )
    np.testing.assert_array_equal(found.aoa, encode_aoa(DRAWN.aoa_rad[[3, 0, 4]]))
    where = np.stack([item.measured for item in found.measurements])
    np.testing.assert_allclose(
        found.inputs.maps["aoa"].transpose(0, 2, 3, 1)[where],
        found.aoa.transpose(0, 2, 3, 1)[where],
        atol=1e-6,
    )


def test_measurements_follow_from_their_generators() -> None:
    base, again, other = (
        surveyed(noise_rate=0.5, measurement=MeasurementSettings(), seed=seed) for seed in (1, 1, 2)
    )
    for one, same, different in zip(
        base.measurements, again.measurements, other.measurements, strict=True
    ):
        np.testing.assert_array_equal(same.rss_dbm, one.rss_dbm)
        np.testing.assert_array_equal(same.aoa_rad, one.aoa_rad)
        assert (different.measured != one.measured).any()


@pytest.mark.parametrize("kind", FLIGHTS)
def test_a_longer_flight_measures_more_and_the_rest_alike(kind: Sampling) -> None:
    """Pixels under both have the same errors in both."""
    found = [
        surveyed(coverage, [kind] * 3, 0.5, measurement=MeasurementSettings())
        for coverage in (0.05, 0.2)
    ]
    for short, long in zip(*(batch.measurements for batch in found), strict=True):
        assert not (short.measured & ~long.measured).any()
        assert long.measured.sum() > short.measured.sum()
        where = short.measured
        np.testing.assert_array_equal(long.rss_dbm[where], short.rss_dbm[where])
        np.testing.assert_array_equal(long.aoa_rad[where], short.aoa_rad[where])


def test_more_noise_is_the_same_errors_larger() -> None:
    calm, some, more = (surveyed(noise_rate=rate) for rate in (0.0, 0.5, 1.0))
    for first, second, third in zip(
        calm.measurements, some.measurements, more.measurements, strict=True
    ):
        np.testing.assert_array_equal(second.measured, first.measured)
        np.testing.assert_array_equal(third.measured, first.measured)
        error_db = second.rss_dbm - first.rss_dbm
        assert np.nanstd(error_db) > 5.0
        np.testing.assert_allclose(third.rss_dbm - first.rss_dbm, 2.0 * error_db, atol=1e-4)


def test_modelled_rss_is_made_when_asked() -> None:
    assert "rss_model" not in surveyed(channels="rss height").inputs.maps
    found = surveyed(channels="rss_model height")
    made = found.inputs.maps["rss_model"]
    assert made.shape == (3, 1, 32, 32) and made.dtype == np.float32
    # It is encoded as the measured RSS is, and lies near it where the errors are none.
    decoded_db = decode_rss(made, found.inputs.reference_db)
    assert np.median(np.abs(decoded_db - DRAWN.rss_dbm[[3, 0, 4]])) < 0.5


# Search by the two laws


SEARCH = TwoLawSearch(SCENES.pixel_m, SCENES.uav_height_m, SCENES.source_height_m)


def test_the_search_finds_the_source() -> None:
    """Within a pixel, of scenes with and without lines of sight."""
    test = scene_set(SCENES, 12, "test")
    assert not test.line_of_sight.all()
    rng = np.random.default_rng(0)
    miss_px = []
    for row in range(12):
        measured = rng.random((32, 32)) < 0.13
        sparse_dbm = np.where(measured, test.rss_dbm[row], np.nan)
        found_m = SEARCH.fit(measured, sparse_dbm, test.height_m[row]).source_m
        miss_px.append(np.linalg.norm(found_m[:2] - test.source_m[row, :2]) / SCENES.pixel_m)
        column, line = np.minimum(found_m[:2] // 6.0, 31).astype(int)
        assert found_m[2] == pytest.approx(test.height_m[row, line, column] + 1.5)
    assert np.quantile(miss_px, 0.8) < 1.0
    assert np.median(miss_px) < 0.3


def test_the_search_bears_errors() -> None:
    """With 8 dB of error it is off by some pixels, not by the map."""
    test = scene_set(SCENES.model_copy(update={"buildings": 4}), 12, "test")
    rng = np.random.default_rng(0)
    miss_px = []
    for row in range(12):
        measured = rng.random((32, 32)) < 0.13
        noisy_dbm = test.rss_dbm[row] + 8.0 * rng.standard_normal((32, 32))
        found_m = SEARCH.fit(measured, noisy_dbm, test.height_m[row]).source_m
        miss_px.append(np.linalg.norm(found_m[:2] - test.source_m[row, :2]) / SCENES.pixel_m)
    assert np.median(miss_px) < 4.0


def test_the_search_tells_east_from_north() -> None:
    """One measurement alone puts the source on a circle; all of them in their middle."""
    flat_m = np.zeros((32, 32), np.float32)
    source_m = np.array([150.0, 40.0, 1.5])
    rss_dbm = SEARCH.rss_db(TwoLawFit(source_m, 0.0), flat_m)
    row, column = np.unravel_index(rss_dbm.argmax(), rss_dbm.shape)
    assert (column, row) == (24, 6)  # whose centres are the nearest to 150 m and 40 m
    found_m = SEARCH.fit(np.ones((32, 32), bool), rss_dbm, flat_m).source_m
    np.testing.assert_allclose(found_m, source_m, atol=0.5)
    alone = np.zeros((32, 32), bool)
    alone[16, 16] = True
    found_m = SEARCH.fit(alone, rss_dbm, flat_m).source_m
    assert (found_m[:2] >= 0.0).all() and (found_m[:2] <= 192.0).all()


def test_the_search_predicts_the_scenes_own_rss() -> None:
    for row, source_m in enumerate(DRAWN.source_m):
        made_dbm = SEARCH.rss_db(TwoLawFit(source_m, 0.0), DRAWN.height_m[row])
        np.testing.assert_allclose(made_dbm, DRAWN.rss_dbm[row], rtol=1e-6)
    higher = replace(SEARCH, uav_height_m=60.0)
    placed = TwoLawFit(DRAWN.source_m[0], 0.0)
    assert (higher.rss_db(placed, DRAWN.height_m[0]) != DRAWN.rss_dbm[0]).any()


def test_the_search_does_not_know_the_level() -> None:
    """A constant added to all RSS is found, and the place stays where it was."""
    rng = np.random.default_rng(0)
    for row in range(5):
        measured = rng.random((32, 32)) < 0.13
        base = SEARCH.fit(measured, DRAWN.rss_dbm[row], DRAWN.height_m[row])
        louder = SEARCH.fit(measured, DRAWN.rss_dbm[row] + 64.0, DRAWN.height_m[row])
        np.testing.assert_allclose(louder.source_m, base.source_m, atol=1e-9)
        assert louder.level_db - base.level_db == pytest.approx(64.0, abs=1e-3)
        assert base.level_db == pytest.approx(0.0, abs=1.0)


def test_a_flight_out_of_sight_tells_its_level_too() -> None:
    """Where nine of ten measurements follow the second law, the first law's residuals hold none."""
    rng = np.random.default_rng(1)
    source_m = np.array([120.0, 70.0])
    uav_m = rng.uniform(0.0, 192.0, (80, 2))
    candidates_m = np.array(
        [[x_m, y_m] for x_m in range(10, 192, 10) for y_m in range(10, 192, 10)]
    )
    in_sight = np.arange(80) % 10 == 0
    distance_m = np.hypot(np.linalg.norm(uav_m - source_m, axis=1), 28.5)
    values_db = 13.0 + los_nlos_rss_dbm(distance_m, in_sight)
    offset_m = np.linalg.norm(candidates_m[:, None] - uav_m, axis=-1)
    scores, level_db = two_law_scores(values_db, np.hypot(offset_m, 28.5))
    best = int(scores[0].argmax())
    np.testing.assert_array_equal(candidates_m[best], source_m)
    assert level_db[best] == pytest.approx(13.0, abs=0.1)


def test_parts_share_the_level_of_all_measurements() -> None:
    rng = np.random.default_rng(2)
    distance_m = rng.uniform(30.0, 200.0, (7, 40))
    values_db = rng.normal(-80.0, 10.0, 40)
    parts = rng.random((3, 40)) < 0.5
    whole, level_db = two_law_scores(values_db, distance_m)
    halves, again_db = two_law_scores(values_db, distance_m, np.array([parts[0], ~parts[0]]))
    np.testing.assert_allclose(halves.sum(axis=0), whole[0])
    np.testing.assert_array_equal(again_db, level_db)
