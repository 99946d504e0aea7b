"""Acquisition and lock: which samples of a log say something about the source.

The receiver reads its own floor until the signal is first strong; from then on it tracks far weaker
signals, and now and then loses them. Power before acquisition, and power without lock, is not the
power of the source.
"""

from __future__ import annotations

import numpy as np

from rfsl.arrays import BoolArray
from rfsl.config.flights import FlightSettings
from rfsl.flights.flight import Flight


def held_samples(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples that hold the signal: acquired by power, and locked by quality; (S,)."""
    return acquired_by_power(flight, settings) & locked_by_quality(flight, settings)


def quiet_samples(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Samples before the signal was acquired, by power and by quality; (S,).

    What they read is the receiver's floor; but the signal was weaker there than at acquisition.
    """
    locked = locked_by_quality(flight, settings) & ~np.isnan(flight.quality_db)
    return ~(acquired_by_power(flight, settings) | locked)


def acquired_by_power(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Which samples come after the signal was first strong; (S,).

    Power is taken as medians over `acquisition_hold_s`. It is acquired with the first of them that
    lies within `acquisition_range_db` of the strongest of the flight, so an unknown level does not
    matter. Power is asked beside the quality figure because some logs' quality lags by half a
    minute.
    """
    stretch = (flight.time_s // settings.acquisition_hold_s).astype(np.intp)
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    parts = np.split(flight.rss_db, starts[1:])
    medians_db = np.array([np.median(part) for part in parts])
    first = starts[np.argmax(medians_db >= medians_db.max() - settings.acquisition_range_db)]
    acquired: BoolArray = np.arange(len(flight)) >= first
    return acquired


def locked_by_quality(flight: Flight, settings: FlightSettings) -> BoolArray:
    """Which samples the receiver held the signal in, by its quality figure; (S,).

    Samples without quality (NaN) are taken to be locked; minus infinity is no lock.
    """
    return np.isnan(flight.quality_db) | (flight.quality_db > settings.lock_quality_db)


def lock_status(flight: Flight, settings: FlightSettings) -> tuple[bool, str]:
    """Whether the receiver held the signal long enough for an estimate, and if not, why.

    A log without quality is taken to be locked: power alone does not tell signal from noise here.
    """
    known = ~np.isnan(flight.quality_db)
    if not known.any():
        return True, ""
    locked = float(locked_by_quality(flight, settings)[known].mean())
    if locked < settings.minimum_locked_fraction:
        # One of the values, not the mean of two: they may be infinite.
        median_db = np.quantile(flight.quality_db[known], 0.5, method="inverted_cdf")
        return False, (
            f"receiver locked in {100 * locked:.1f} % of the samples (at least "
            f"{100 * settings.minimum_locked_fraction:g} % needed); median quality "
            f"{median_db:.0f} dB, "
            f"locked above {settings.lock_quality_db:g} dB"
        )
    return True, ""
