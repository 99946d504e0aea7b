"""Cramér-Rao bound of each trial, beside which the errors of the modes stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rfsl.evaluation.cramer_rao import cramer_rao_m
from rfsl.propagation.calibration_file import Calibration
from rfsl.flights.cells import usable_cells
from rfsl.config.localizers import FlightSettings
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.io.tables import FlightFile


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
