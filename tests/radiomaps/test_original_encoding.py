"""Radio maps as LocHeatmap's networks take them, against its own steps one by one."""

from __future__ import annotations

import numpy as np
import pytest
from support.map_scenes import FEW, SCENES, scene_set

from rfsl.config.radiomaps import MeasurementSettings
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.encoding import encode
from rfsl.radiomaps.original_encoding import (
    ORIGINAL_CHANNELS,
    decode_original_rss,
    encode_original,
    encode_original_aoa,
    encode_original_rss,
)

#: Noise, so that no two measurements are equal.
NOISY = MeasurementSettings(aoa_los_std_rad=0.1, aoa_nlos_std_rad=0.4, rss_noise_db=8.0)


def published_sparse_rss(rss_dbm: np.ndarray, measured: np.ndarray) -> np.ndarray:
    """LocHeatmap's `get_rand_sparse_matrix_norm_from_median`, one map, step by step."""
    values = rss_dbm.astype(np.float64).copy()
    lowest = values[measured].min()
    values[~measured] = lowest
    highest = 0.0 - values.max()
    values += abs(lowest)
    median = np.sort(values[values != 0.0])[(np.count_nonzero(values) - 1) // 2]  # as torch
    values[values < median] = values.min()
    values[values == values.min()] = median
    highest += values.max()
    return np.asarray((values - values.min()) / (highest - values.min()))


def test_sparse_rss_is_as_published() -> None:
    found = Surveyor(SCENES, NOISY, frozenset({"rss"}), original=True).measured(
        FEW, np.arange(6), 0.3, ["pixels"] * 6, [1.0] * 6, np.random.default_rng(0).spawn(6)
    )
    for item, share in zip(found.measurements, found.inputs.maps["rss"], strict=True):
        filled = np.where(item.measured, item.rss_dbm, 0.0)
        expected = published_sparse_rss(filled, item.measured)
        # Its median leaves out the weakest measurement, so the two may be one reading apart.
        np.testing.assert_allclose(share[0], expected, atol=0.02)
        assert (share[0][~item.measured] == 0.0).all()
        assert np.mean(share[0][item.measured] > 0.0) == pytest.approx(0.5, abs=0.02)


def test_complete_maps_have_their_own_median() -> None:
    found = Surveyor(SCENES, NOISY, frozenset({"rss"}), original=True).measured(
        FEW, np.array([4, 1]), 0.2, ["pixels"] * 2, [0.5] * 2, np.random.default_rng(1).spawn(2)
    )
    for row, share, aoa in zip([4, 1], found.rss, found.aoa, strict=True):
        rss_dbm = FEW.rss_dbm[row]
        median_dbm = np.median(rss_dbm)
        expected = np.maximum(rss_dbm - median_dbm, 0.0) / -median_dbm
        np.testing.assert_allclose(share[0], expected, atol=1e-6)
        decoded_dbm = decode_original_rss(share[None], np.array([median_dbm]))[0]
        np.testing.assert_allclose(decoded_dbm, np.maximum(rss_dbm, median_dbm), atol=1e-3)
        assert aoa.shape == (1, 16, 16) and aoa.min() >= 0.0 and aoa.max() < 1.0
        turned_rad = 2.0 * np.pi * aoa[0] - FEW.aoa_rad[row]
        np.testing.assert_allclose(np.cos(turned_rad), 1.0, atol=1e-6)


def test_channels() -> None:
    scenes = scene_set(SCENES, 2)
    measured = np.zeros((2, 16, 16), dtype=bool)
    measured[:, 3, 4:9] = True
    sparse = [np.where(measured, values, np.nan) for values in (scenes.rss_dbm, scenes.aoa_rad)]
    inputs = encode_original(measured, *sparse, scenes.height_m)
    ours = encode(measured, *sparse, scenes.height_m, 30.0)
    assert set(inputs.maps) == set(ours.maps)
    for name, values in inputs.maps.items():
        assert values.shape == (2, ORIGINAL_CHANNELS[name], 16, 16)
        assert values.dtype == np.float32 and np.isfinite(values).all()
    lowest_m = scenes.height_m.min(axis=(1, 2))[:, None, None]
    heights_m = 100.0 * inputs.maps["height"][:, 0] + lowest_m
    np.testing.assert_allclose(heights_m, scenes.height_m, atol=1e-4)


def test_readings_above_0_dbm_are_cut() -> None:
    rss_dbm = np.array([[[-40.0, 10.0, -90.0]]])
    assert encode_original_rss(rss_dbm, np.array([-40.0])).tolist() == [[[[0.0, 1.0, 0.0]]]]
    turns = encode_original_aoa(np.array([[[0.0, -np.pi / 2, np.pi]]]))
    np.testing.assert_allclose(turns, [[[[0.0, 0.75, 0.5]]]])
