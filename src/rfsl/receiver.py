"""What lies between the field at the antenna and the logged RSS."""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray


def correlated_shadowing_db(
    position_m: FloatArray, std_db: float, distance_m: float, rng: np.random.Generator
) -> FloatArray:
    """Gaussian shadowing with exponential correlation over the distance flown.

    First-order autoregression along the path (Gudmundson's model): samples a path length l apart
    correlate by exp(-l / distance_m); a hovering UAV sees one value.

    Args:
        position_m: (S, D) positions in the order of time.
        std_db: spread.
        distance_m: distance over which the correlation falls to 1/e.

    Returns:
        (S,) shadowing in dB.
    """
    step_m = np.sqrt((np.diff(position_m, axis=0) ** 2).sum(axis=1))
    keep = np.exp(-step_m / distance_m)
    fresh = np.sqrt(1.0 - keep**2)
    draws = rng.standard_normal(size=(len(position_m),))
    values = np.empty_like(draws)
    values[0] = draws[0]
    for index in range(step_m.size):
        values[index + 1] = keep[index] * values[index] + fresh[index] * draws[index + 1]
    return std_db * values


def locked_samples(
    power_db: FloatArray, floor_db: float, acquisition_margin_db: float
) -> BoolArray:
    """Which samples a tracking receiver holds the signal in.

    It locks on a signal that is `acquisition_margin_db` above the floor, and keeps it until the
    signal falls below the floor.

    Args:
        power_db: (S,) signal power in the order of time.
    """
    event = np.zeros(power_db.size, dtype=np.int8)
    event[power_db >= floor_db + acquisition_margin_db] = 1
    event[power_db < floor_db] = -1
    latest = np.maximum.accumulate(np.where(event != 0, np.arange(event.size), -1))
    return (latest >= 0) & (event[latest] == 1)
