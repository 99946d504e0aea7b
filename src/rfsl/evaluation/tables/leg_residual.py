"""Whether the landing legs show in the residual of the two-ray model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray
from rfsl.config.propagation import LegSettings
from rfsl.propagation.legs import at_leg_azimuth

_TURN_DEG = 5.0


@dataclass(frozen=True)
class LegResidual:
    """Residual of the two-ray model near the horizontal, and its median behind the legs.

    Attributes:
        azimuth_deg: (S,) body azimuth of the source, 0 to 360.
        residual_db: (S,) measured less two-ray RSS, less the median of each flight.
        behind_db: median residual of the samples behind a leg.
        turned_std_db: standard deviation of that median over other azimuths of the three legs,
            turned together: its spread by chance.
    """

    azimuth_deg: FloatArray
    residual_db: FloatArray
    behind_db: float
    turned_std_db: float


def leg_residual(errors: pd.DataFrame, legs: LegSettings) -> LegResidual:
    """Residual of two-ray against body azimuth, at depressions at which a leg can shadow.

    Args:
        errors: `PropagationErrorTable` with column trial added; rows of `two_ray` are used.
        legs: azimuths of the legs, and the largest elevation at which they shadow.
    """
    low = errors[
        (errors["model"] == "two_ray") & (errors["depression_deg"] < legs.maximum_elevation_deg)
    ]
    residual_db = low["error_db"] - low.groupby("trial")["error_db"].transform("median")
    azimuth_deg = np.mod(low["body_azimuth_deg"].to_numpy(), 360.0)
    values = residual_db.to_numpy()

    def median_behind(turn_deg: float) -> float:
        behind = at_leg_azimuth(np.radians(azimuth_deg - turn_deg), legs)
        return float(np.median(values[behind])) if behind.any() else float("nan")

    turned = [median_behind(turn) for turn in np.arange(_TURN_DEG, 360.0, _TURN_DEG)]
    spread_db = float(np.nanstd(turned)) if not np.isnan(turned).all() else float("nan")
    return LegResidual(azimuth_deg, values, median_behind(0.0), spread_db)
