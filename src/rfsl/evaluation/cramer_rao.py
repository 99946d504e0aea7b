"""Cramér-Rao bound: how well a flight could tell the place of its source at all.

The flight is taken to be Gaussian, as `rfsl.localizers.likelihood` is apart from its tails:
RSS of a cell = model + unknown level + shadowing of known covariance. The Fisher information of
parameters i, j of a Gaussian with mean μ and covariance K is

    J_ij = ∂_i μᵀ K⁻¹ ∂_j μ + ½ tr(K⁻¹ ∂_i K K⁻¹ ∂_j K)

(Kay, Fundamentals of Statistical Signal Processing: Estimation Theory, 1993, section 3.9). The
level is a third parameter, whose column of ∂μ is 1. The second term is left out: the spread is
constant within a band of the depression angle, so ∂K is zero wherever it exists.

What the bound is told: gain, spreads, positions. What it leaves out: the silence before
acquisition, and that the source is in the source area. It holds for unbiased estimators, so an
estimate from a flight that says little may be better, drawn to the middle of the area. Of all noise
of one covariance the Gaussian says least, so heavy tails let a robust estimator be better too.
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


#: A direction with less than this of the other's information cannot be told.
_NOTHING = 1e-12


def cramer_rao_m(
    cells: FlightCells,
    source_xy_m: FloatArray,
    source_height_m: float,
    model: PropagationModel,
    residual: Residual,
) -> float:
    """Smallest root-mean-square 2D error of an unbiased estimator, from the cells of a flight.

    Args:
        cells: only where they are counts, not their RSS.
        source_xy_m: (2,) true place.
        source_height_m: height of the source's antenna, known.
        model: mean of the RSS up to its level, with the gain that the bound is told.
        residual: shadowing; its spreads are standard deviations, whatever the tails.

    Returns:
        Square root of the trace of the inverse information of x and y; infinite if the cells do not
        tell the place, as on a line through it.
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
    """Fisher information (2, 2) of x and y in 1/m², the level unknown; see `cramer_rao_m`."""
    steps_m = _STEP_M * np.array([[1, 0], [-1, 0], [0, 1], [0, -1], [0, 0]])
    places_m = np.column_stack([source_xy_m + steps_m, np.full(5, source_height_m)])
    mean_db = model(cells.position_m, cells.attitude_rad, places_m)
    slopes = np.stack([mean_db[0] - mean_db[1], mean_db[2] - mean_db[3]]) / (2.0 * _STEP_M)
    depression_rad = link_geometry(cells.position_m, places_m[-1:]).depression_rad[0]
    columns = np.vstack([slopes, np.ones(slopes.shape[1])]) / residual.spread_db(depression_rad)
    white = columns @ unit_whitener(cells.position_m, cells.travelled_m, residual).T
    place, level = white[:2], white[2] / np.linalg.norm(white[2])
    # What a change of the level could explain as well says nothing of the place.
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
        calibration: that of the trial's fold.
        source_height_m: height of the source's antenna, as localizers take it to be.
        cell_m: length of a cell, as theirs.
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
