"""Acquisition and lock: when a receiver hears the source. This is their only home.

A receiver reads its own floor until the signal is first strong. From then on it tracks far weaker
signals, and now and then it loses them. So the power before acquisition, and the power without
lock, is not that of the source.

Logged flights are judged by `held_samples`, `quiet_samples` and `lock_status`. Simulated receivers
(`rfsl.simulation`: `receiver`, `flights`, `field_model`) use `acquired_samples` and
`tracked_samples`, with thresholds in their own scale of power from the calibration or the config.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.flights.flight import Flight

#: The first cell may begin before the signal is steady: the strongest of the first three counts.
_ACQUISITION_CELLS = 3
#: A median over fewer samples may be one wrong reading.
_ACQUISITION_SAMPLES = 3


def acquired_samples(power_db: FloatArray, acquisition_db: float) -> BoolArray:
    """Samples from the first power of at least `acquisition_db` on.

    Args:
        power_db: (S,) power in the order of time.

    Returns:
        (S,) mask.

    >>> acquired_samples(np.array([-90.0, -60.0, -95.0]), -70.0).tolist()
    [False, True, True]
    """
    return np.logical_or.accumulate(power_db >= acquisition_db)


def tracked_samples(power_db: FloatArray, acquisition_db: float, release_db: float) -> BoolArray:
    """Samples in which a receiver holds the signal: acquired, and not weaker than `release_db`.

    Args:
        power_db: (S,) power in the order of time.
        release_db: may lie far below `acquisition_db`.

    Returns:
        (S,) mask.

    >>> tracked_samples(np.array([-80.0, -60.0, -80.0, -95.0]), -70.0, -90.0).tolist()
    [False, True, True, False]
    """
    return acquired_samples(power_db, acquisition_db) & (power_db >= release_db)


def acquisition_power_db(rss_db: FloatArray) -> float:
    """RSS at acquisition from the mean RSS (C,) of the cells that hold the signal."""
    return float(rss_db[:_ACQUISITION_CELLS].max())


def held_samples(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples (S,) that hold the signal: acquired by power, and locked by quality."""
    return acquired_by_power(flight, settings) & locked_by_quality(flight, settings)


def quiet_samples(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples (S,) that are not acquired by power, and that the quality does not call locked.

    They read the receiver's floor, and the signal was weaker there than at acquisition.
    """
    locked = locked_by_quality(flight, settings) & ~np.isnan(flight.quality_db)
    return ~(acquired_by_power(flight, settings) | locked)


def acquired_by_power(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples (S,) from the first strong signal on.

    The power is taken as medians over `acquisition_hold_s`, or over three samples of a slow log, so
    that no single reading decides. The first median within
    `acquisition_range_db` of the strongest one acquires the signal, so the unknown level does not
    matter. Power is used beside the quality figure because the quality of some logs lags by half a
    minute.
    """
    interval_s = float(np.median(np.diff(flight.time_s))) if len(flight) > 1 else 0.0
    hold_s = max(settings.acquisition_hold_s, _ACQUISITION_SAMPLES * interval_s)
    stretch = (flight.time_s // hold_s).astype(np.intp)
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    parts = np.split(flight.rss_db, starts[1:])
    medians_db = np.array([np.median(part) for part in parts])
    acquired = acquired_samples(medians_db, medians_db.max() - settings.acquisition_range_db)
    return np.repeat(acquired, [part.size for part in parts])


def locked_by_quality(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples (S,) in which the receiver held the signal, by its quality figure.

    Samples without quality (NaN) count as locked. Minus infinity is no lock.
    """
    return np.isnan(flight.quality_db) | (flight.quality_db > settings.lock_quality_db)


def lock_status(flight: Flight, settings: FlightSettings) -> tuple[bool, str]:
    """Whether the receiver held the signal long enough for an estimate, and if not, why.

    A log without quality counts as locked: power alone does not tell signal from noise here.
    """
    known = ~np.isnan(flight.quality_db)
    if not known.any():
        return True, ""
    locked = float(locked_by_quality(flight, settings)[known].mean())
    if locked < settings.minimum_locked_fraction:
        # One of the values, not the mean of two: they may be infinite.
        median_db = np.quantile(flight.quality_db[known], 0.5, method="inverted_cdf")
        return False, (
            f"receiver locked in {np.floor(1000 * locked) / 10:.1f} % of the samples (at least "
            f"{100 * settings.minimum_locked_fraction:g} % needed); median quality "
            f"{median_db:.0f} dB, locked above {settings.lock_quality_db:g} dB "
            "(flights.lock_quality_db)"
        )
    return True, ""
