"""How the receiver found and lost the signal, in the power scale of the gain profile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import median_filter

from rfsl.arrays import FloatArray
from rfsl.calibration.links import Links
from rfsl.errors import CalibrationError
from rfsl.propagation.calibration_file import Tracking
from rfsl.propagation.gain import GainProfile

#: The weakest power tracked is this quantile of what was read locked.
_WEAKEST_QUANTILE = 0.02
_MINIMUM_UNLOCKED = 100


def fit_tracking(
    links: Sequence[Links], profile: GainProfile, offset_db: FloatArray, hold_s: float
) -> Tracking:
    """Floor, acquisition and release of the receiver.

    The floor is the power that was read unlocked. Acquisition is the median over flights of the
    strongest power predicted until the first lock that held for `hold_s`. Release is the weakest
    power that was read locked: the 2 % quantile of its medians over `hold_s`.

    Args:
        offset_db: (F,) level of each flight over the profile.
        hold_s: `flights.acquisition_hold_s`.

    Raises:
        CalibrationError: no flight ever locked for so long.
    """
    floors, firsts, tracked = [], [], []
    for link, offset in zip(links, offset_db, strict=True):
        predicted_db = profile(link.depression_rad, link.azimuth_rad) - 20.0 * np.log10(
            link.distance_m
        )
        read_db = link.rss_db - offset
        floors.append(read_db[~link.locked])
        window = max(int(hold_s / float(np.median(np.diff(link.time_s)))) | 1, 3)
        held = median_filter(link.locked.astype(np.int8), window) > 0
        if not held.any():
            continue
        firsts.append(float(predicted_db[: int(np.argmax(held)) + 1].max()))
        tracked.append(median_filter(read_db, window)[held])
    if not firsts:
        raise CalibrationError(
            f"calibration: in {', '.join(link.trial for link in links)} the receiver never held "
            f"its lock for {hold_s:g} s; add flights to calibration.trials"
        )
    release_db = float(np.quantile(np.concatenate(tracked), _WEAKEST_QUANTILE))
    unlocked_db = np.concatenate(floors)
    if unlocked_db.size < _MINIMUM_UNLOCKED:  # hardly ever lost: the floor lies below all of it
        unlocked_db = np.array([release_db])
    floor_db = float(np.median(unlocked_db))
    return Tracking(
        floor_db=floor_db,
        floor_std_db=float(1.4826 * np.median(np.abs(unlocked_db - floor_db))),
        acquisition_db=float(np.median(firsts)),
        release_db=release_db,
    )
