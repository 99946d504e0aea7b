"""Bayesian optimization of the RSS: a Gaussian process with an upper confidence bound.

AFAR teams flew so: fly to where the RSS may be largest, by the process's mean and its spread.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import DataError, install_extra
from rfsl.planning.mission import PolicySpec, Situation

#: Standard deviations above the mean; distance between places that are considered.
_SPREADS, _GRID_M = 2.0, 15.0
#: Kernel of the process: spread and length scale of the RSS, noise of a cell.
_STD_DB, _LENGTH_M, _NOISE_DB = 10.0, 60.0, 5.0
#: Places nearer than this are no leg.
_LEAST_LEG_M = 20.0


def choose(situation: Situation) -> FloatArray:
    """The place of the fence with the largest mean + 2 standard deviations of the RSS."""
    try:  # here, since it loads slowly, and since only this policy needs it
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern
    except ImportError as error:
        raise DataError(
            f"the policy upper_confidence needs scikit-learn: {install_extra('train')}"
        ) from error

    fence = situation.mission.fence
    places_m = fence.box.grid(_GRID_M)
    away_m = np.linalg.norm(places_m - situation.here_m, axis=1)
    places_m = places_m[fence.holds(places_m) & (away_m > _LEAST_LEG_M)]
    cells = situation.cells
    if cells is None:
        return situation.rng.choice(places_m, 1)
    kernel = ConstantKernel(_STD_DB**2, "fixed") * Matern(_LENGTH_M, "fixed", nu=1.5)
    process = GaussianProcessRegressor(kernel, alpha=_NOISE_DB**2, optimizer=None)
    mean_db = cells.rss_db.mean()
    process.fit(cells.position_m[:, :2], cells.rss_db - mean_db)
    expected_db, spread_db = process.predict(places_m, return_std=True)
    return places_m[[int(np.argmax(expected_db + _SPREADS * spread_db))]]


SPEC = PolicySpec(choose, label="upper confidence bound")
