"""Cramér-Rao bound: the smallest error of an unbiased estimator, for a given flight.

RSS of a cell = model + unknown level + shadowing of known covariance. The shadowing is taken to be
Gaussian (in `rfsl.localizers.likelihood` its tails are heavier). The Fisher information of
parameters i, j of a Gaussian with mean μ and covariance K is

    J_ij = ∂_i μᵀ K⁻¹ ∂_j μ + ½ tr(K⁻¹ ∂_i K K⁻¹ ∂_j K)

(Kay, Fundamentals of Statistical Signal Processing: Estimation Theory, 1993, section 3.9). The
level is a third parameter, whose column of ∂μ is 1. The second term is left out: the spread is
constant within a band of the depression angle, so ∂K is zero wherever it exists.

The bound knows the gain, the spreads and the positions. It uses neither the silence before
acquisition nor the source area. It holds for unbiased estimators: on a flight with little
information, an estimate that is drawn to the middle of the area may be better. Of all noise with
one covariance, Gaussian noise gives the least information, so with heavy tails a robust estimator
may be better too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.flights.cells import FlightCells, usable_cells
from rfsl.flights.files import FlightFile
from rfsl.geometry.links import link_geometry
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.shadowing import Residual, unit_whitener
from rfsl.propagation.spec import PropagationModel

#: Step to either side of the central differences.
_STEP_M = 0.01


#: A direction is unresolved if its information is at most this share of the other direction's.
_NOTHING = 1e-12


def cramer_rao_m(
    cells: FlightCells,
    source_xy_m: FloatArray,
    source_height_m: float,
    model: PropagationModel,
    residual: Residual,
) -> float:
    """Smallest root-mean-square 2D error of an unbiased estimator: √tr(J⁻¹).

    J is the information of x and y, with the level unknown (`position_information`).

    Args:
        cells: of the flight; their positions and attitudes are used, not their RSS.
        source_xy_m: (2,) true position.
        source_height_m: height of the source's antenna, known.
        model: mean of the RSS up to its level, with the gain that the bound knows.
        residual: shadowing; its spreads are standard deviations, also with heavy tails.

    Returns:
        The bound in metres; infinite if the cells leave a direction open, as on a straight line
        through the source.

    Example:
        Free space, n cells on a circle of radius r around the source at its own height, independent
        shadowing of standard deviation σ. The slope of the RSS is g = 20 / (r ln 10) towards every
        cell, so J = (n g² / 2σ²) I and the bound is 2σ / (g √n). With r = 100 m, n = 16 and
        σ = 20 / ln 10 dB this is 50 m.

        >>> turn, none_m = np.arange(16) * np.pi / 8, np.empty((0, 3))
        >>> circle_m = 100.0 * np.column_stack([np.cos(turn), np.sin(turn), 0.05 + 0.0 * turn])
        >>> along_m = 1e6 * np.arange(16.0)
        >>> cells = FlightCells(circle_m, 0.0 * circle_m, 0.0 * turn, along_m, none_m, none_m)
        >>> def free_space(uav_m, attitude_rad, source_m):
        ...     return -20.0 * np.log10(np.linalg.norm(uav_m - source_m[:, None], axis=2))
        >>> residual = Residual(
        ...     depression_edges_deg=(0.0, 90.0), std_db=(20.0 / np.log(10.0),),
        ...     correlation_distance_m=1.0,
        ... )
        >>> round(cramer_rao_m(cells, np.zeros(2), 5.0, free_space, residual), 3)
        50.0
    """
    information = position_information(cells, source_xy_m, source_height_m, model, residual)
    values = np.linalg.eigvalsh(information)
    if values[0] <= _NOTHING * values[1]:
        return float("inf")
    return float(np.sqrt((1.0 / values).sum()))


def position_information(
    cells: FlightCells,
    source_xy_m: FloatArray,
    source_height_m: float,
    model: PropagationModel,
    residual: Residual,
) -> FloatArray:
    """Fisher information (2, 2) of x and y in 1/m², with the level unknown.

    J = A Aᵀ − (A b)(A b)ᵀ / bᵀb with the whitened slopes A (2, C) of the RSS and the whitened
    column b (C,) of the level: what a change of the level explains as well tells nothing about the
    position. Slopes are central differences.

    Args: as `cramer_rao_m`.
    """
    steps_m = _STEP_M * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [0, 0]])
    places_m = np.column_stack([source_xy_m + steps_m, np.full(5, source_height_m)])
    mean_db = model(cells.position_m, cells.attitude_rad, places_m)
    slopes = np.stack([mean_db[0] - mean_db[1], mean_db[2] - mean_db[3]]) / (2.0 * _STEP_M)
    depression_rad = link_geometry(cells.position_m, places_m[-1:]).depression_rad[0]
    columns = np.vstack([slopes, np.ones(slopes.shape[1])]) / residual.spread_db(depression_rad)
    white = columns @ unit_whitener(cells.position_m, cells.travelled_m, residual).T
    place, level = white[:2], white[2] / np.linalg.norm(white[2])
    # What a change of the level explains as well tells nothing about the position.
    left = place - np.outer(place @ level, level)
    return np.asarray(left @ left.T)


def bounds_of(
    item: FlightFile,
    estimate_after_s: Sequence[int],
    calibration: Calibration,
    source_height_m: float,
    cell_m: float,
    settings: FlightSettings,
) -> pd.DataFrame:
    """Rows of `BoundTable` of one trial, one for each time; NaN where the flight is unusable.

    Args:
        item: the trial.
        estimate_after_s: times; the flight up to each of them is used.
        calibration: that of the trial's fold.
        source_height_m: height of the source's antenna that localizers assume.
        cell_m: length of a cell of the localizers.
        settings: define which samples hold the signal.
    """
    return pd.DataFrame(
        {
            "trial": item.trial,
            "after_s": after_s,
            "cramer_rao_m": _bound_m(item, after_s, calibration, source_height_m, cell_m, settings),
        }
        for after_s in estimate_after_s
    )


def _bound_m(
    item: FlightFile,
    after_s: int,
    calibration: Calibration,
    source_height_m: float,
    cell_m: float,
    settings: FlightSettings,
) -> float:
    cells = usable_cells(item.flight.until(after_s), cell_m, settings)
    if cells is None:
        return float("nan")
    return cramer_rao_m(
        cells,
        np.array(item.source_m[:2]),
        source_height_m,
        Calibrated(calibration.profile),
        calibration.residual,
    )
