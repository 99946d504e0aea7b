"""Kriging of a sparse map: prediction by FFT beside scikit-learn's."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from ratios import Row, Timed
from sklearn.gaussian_process import GaussianProcessRegressor

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.radiomaps import MeasurementSettings, SceneSettings
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import SceneSet
from rfsl.radiomaps.interpolation import Interpolation, Kriging
from rfsl.radiomaps.maps import RadioMapGenerator

MAPS = 8


def by_scikit_learn(kriging: Kriging) -> Interpolation:
    """The same prediction, of every pixel from every measurement."""

    def predicted(measured: BoolArray, rss_db: FloatArray) -> FloatArray:
        process = GaussianProcessRegressor(kriging.kernel, optimizer=None, normalize_y=True)
        process.fit(np.argwhere(measured), rss_db[measured])
        everywhere = np.indices(measured.shape).reshape(2, -1).T
        return np.asarray(process.predict(everywhere)).reshape(measured.shape)

    return predicted


@pytest.mark.parametrize("coverage", [0.05, 0.13, 0.21])
def test_kriging_of_a_map(ratio_row: Callable[..., Row], coverage: float) -> None:
    settings = SceneSettings()
    drawer = RadioMapGenerator(settings, None, None)
    scenes = SceneSet.of([drawer.draw(0, "test", number) for number in range(MAPS)])
    surveyor = Surveyor(settings, MeasurementSettings(), frozenset())
    rows, rng = np.arange(MAPS), np.random.default_rng(0)
    kinds, rates = ["spiral"] * MAPS, [0.0] * MAPS
    found = surveyor.measured(scenes, rows, coverage, kinds, rates, rng.spawn(MAPS))
    maps = [(item.measured, item.rss_dbm) for item in found.measurements]
    ours = Kriging.fitted(maps)
    plain = by_scikit_learn(ours)
    for item in maps:
        np.testing.assert_allclose(ours(*item), plain(*item), atol=0.05)
    ratio_row(
        Timed(
            f"kriging, 64 x 64 pixels, {coverage:.0%} measured",
            lambda: [ours(*item) for item in maps],
            MAPS,
            clock=time.process_time,
        ),
        Timed(
            "scikit-learn's fit and prediction",
            lambda: [plain(*item) for item in maps],
            MAPS,
            clock=time.process_time,
        ),
        unit="maps/s",
        to_reach="8",
        rounds=5,
    )
