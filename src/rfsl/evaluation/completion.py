"""Completed RSS maps: networks compared with interpolation of the same measurements."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from scipy.interpolate import NearestNDInterpolator
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Kernel, Matern, WhiteKernel

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.radiomaps import HeatmapScoreSettings
from rfsl.evaluation.heatmaps import SAMPLINGS, Condition, completed_rss, surveyed
from rfsl.networks.heatmap.network import MapNetwork
from rfsl.radiomaps.batches import MeasuredScenes, Surveyor
from rfsl.radiomaps.encoding import decode_rss
from rfsl.radiomaps.files import SceneSet

#: Complete map (H, W) in dB, from measured pixels (H, W) and their RSS (NaN elsewhere).
Interpolation = Callable[[BoolArray, FloatArray], FloatArray]
#: Maps on which the kernel of kriging is fitted.
_FITTED_MAPS = 4


def nearest_neighbour(measured: BoolArray, rss_db: FloatArray) -> FloatArray:
    """RSS of the nearest measured pixel, for every pixel.

    Args:
        measured: (H, W) which pixels are measured; at least one.
        rss_db: (H, W), NaN elsewhere.

    Returns:
        (H, W) in dB.

    Example:
        >>> rss_db = np.array([[-50.0, np.nan, np.nan, -80.0], [np.nan] * 4])
        >>> nearest_neighbour(~np.isnan(rss_db), rss_db)[1].tolist()
        [-50.0, -50.0, -80.0, -80.0]
    """
    known, everywhere = np.argwhere(measured), np.indices(measured.shape).reshape(2, -1).T
    found = NearestNDInterpolator(known, rss_db[measured])(everywhere)
    return np.asarray(found).reshape(measured.shape)


@dataclass(frozen=True)
class Kriging:
    """Kriging of a map: Gaussian-process regression around the mean of its measurements.

    The covariance at a distance d is σ² exp(−d / ℓ), plus a nugget at d = 0.

    Attributes:
        kernel: covariance of standardized RSS over positions in pixels.
    """

    kernel: Kernel

    @classmethod
    def fitted(cls, maps: Sequence[tuple[BoolArray, FloatArray]]) -> Kriging:
        """With the median, over some sparse maps, of the parameters of largest likelihood.

        Args:
            maps: measured pixels (H, W) and their RSS (H, W) in dB; the first four are used.
        """
        start = ConstantKernel(1.0, (1e-2, 1e2)) * Matern(10.0, (1.0, 1e3), nu=0.5)
        start += WhiteKernel(0.1, (1e-6, 1e1))
        found = []
        with warnings.catch_warnings():
            # Maps without noise have no nugget, so the fit ends at its lower bound.
            warnings.simplefilter("ignore", ConvergenceWarning)
            for measured, rss_db in maps[:_FITTED_MAPS]:
                process = GaussianProcessRegressor(start, normalize_y=True)
                found.append(process.fit(np.argwhere(measured), rss_db[measured]).kernel_.theta)
        return cls(start.clone_with_theta(np.median(found, axis=0)))

    def __call__(self, measured: BoolArray, rss_db: FloatArray) -> FloatArray:
        process = GaussianProcessRegressor(self.kernel, optimizer=None, normalize_y=True)
        process.fit(np.argwhere(measured), rss_db[measured])
        everywhere = np.indices(measured.shape).reshape(2, -1).T
        return np.asarray(process.predict(everywhere)).reshape(measured.shape)


def completion_table(
    networks: Mapping[str, Sequence[MapNetwork]],
    scenes: SceneSet,
    validation: SceneSet,
    surveyor: Surveyor,
    settings: HeatmapScoreSettings,
    seed: int,
) -> pd.DataFrame:
    """Root-mean-square error of completed RSS maps over the pixels that were not measured.

    Args:
        networks: networks that complete RSS, by name, one for each seed.
        scenes: test scenes.
        validation: scenes on which the kernel of kriging is fitted, anew for each condition.
        surveyor: measures the scenes.
        settings: coverages, noise rate and trajectories of the measurements.
        seed: the config's.

    Returns:
        One row per sampling, coverage and method (nearest_neighbour, kriging, two_laws, and the
        networks by name): rmse_db over all scenes, std_db (its standard deviation over the seeds,
        NaN for one), seeds, scenes.
    """
    rows = []
    for sampling, coverage in product(SAMPLINGS, settings.coverages):
        condition = Condition(sampling, coverage, settings.noise_rate)

        def survey(part: SceneSet, count: int, condition: Condition = condition) -> MeasuredScenes:
            return surveyed(surveyor, part, range(count), condition, settings.flights, seed)

        learning = survey(validation, min(_FITTED_MAPS, len(validation.source_m)))
        measured = survey(scenes, len(scenes.source_m))
        by_rule: dict[str, Interpolation] = {
            "nearest_neighbour": nearest_neighbour,
            "kriging": Kriging.fitted(
                [(item.measured, item.rss_dbm) for item in learning.measurements]
            ),
        }
        completed = {
            name: [np.stack([rule(m.measured, m.rss_dbm) for m in measured.measurements])]
            for name, rule in by_rule.items()
        }
        if "rss_model" in measured.inputs.maps:
            modelled = measured.inputs.maps["rss_model"]
            completed["two_laws"] = [decode_rss(modelled, measured.inputs.reference_db)]
        for name, each in networks.items():
            completed[name] = [completed_rss(network, measured) for network in each]
        unmeasured = ~np.stack([item.measured for item in measured.measurements])
        for method, maps in completed.items():
            rmse_db = [
                float(np.sqrt(np.square(made - scenes.rss_dbm)[unmeasured].mean())) for made in maps
            ]
            rows.append(
                {
                    "sampling": sampling,
                    "coverage": coverage,
                    "method": method,
                    "rmse_db": np.mean(rmse_db),
                    "std_db": np.std(rmse_db, ddof=1) if len(rmse_db) > 1 else np.nan,
                    "seeds": len(maps),
                    "scenes": len(scenes.source_m),
                }
            )
    return pd.DataFrame(rows)
