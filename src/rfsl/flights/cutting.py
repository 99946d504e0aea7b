"""What every raw log goes through before it is a flight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rfsl.arrays import BoolArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.lost import split_lost
from rfsl.flights.plausible import check_motion, check_times, possible_values, timed
from rfsl.flights.quality_clock import quality_clock
from rfsl.flights.sentinels import sentinels, spikes
from rfsl.flights.time_order import in_order

#: Fewer samples cannot be clustered or smoothed in any useful way.
MINIMUM_SAMPLES = 200
#: The power in dB varies by more than this over a flight.
_LEAST_SPREAD_DB = 0.5
#: Samples below the ground are left out; a larger share of them is an error.
_FEW_BELOW = 0.05


def cut_flight(raw: Flight, settings: FlightSettings, source: str) -> Flight:
    """Bring a raw log into the form that every stage expects.

    1. Samples with a power of minus infinity are readings that were not received (`lost`). Samples
       with a NaN or infinity in time, position, attitude or power are masked, and so are samples
       with an impossible height or power.
    2. Powers that are no reading, such as a single 0 or -999, are left out (`sentinels`).
    3. Samples are put in the order of time, and a clock in whole seconds is refined (`time_order`).
    4. Times, speed and attitude are checked.
    5. A quality that was logged by a wrong clock is corrected.
    6. Samples before the first and after the last one above `minimum_height_m` are cut, and samples
       below the ground are left out.
    7. Time starts at zero. The first `duration_s` are kept, and the lost readings in them.

    The notes of the flight count what was left out.

    Args:
        raw: samples as logged, in any state.
        settings: heights, duration, and the limits of what is possible.
        source: name of the log, for messages.

    Raises:
        FlightError: nothing usable remains, or the log is in other units; the message says what was
            found.
    """
    flight = _drop_bad_samples(split_lost(raw), source)
    wrong, notes = sentinels(flight.rss_db)
    flight = flight.samples(~wrong).noted(*notes)
    possible, notes = possible_values(flight.position_m[:, 2], flight.rss_db, settings, source)
    flight = in_order(flight.samples(possible).noted(*notes), source)
    wrong, notes = spikes(flight.rss_db, flight.quality_db)
    flight = flight.samples(~wrong).noted(*notes)
    notes = check_times(flight.time_s, settings, source)
    notes += check_motion(flight.time_s, flight.position_m, flight.attitude_rad, settings, source)
    flight = _align_quality(flight.noted(*notes), settings)
    flight = _above_ground(flight, settings, source)
    start_s = float(flight.time_s[0])
    lost = flight.lost.chosen(
        (flight.lost.time_s >= start_s) & (flight.lost.position_m[:, 2] > settings.minimum_height_m)
    ).later(-start_s)
    flight = replace(flight, time_s=flight.time_s - start_s, start_s=start_s, lost=lost)
    return first_seconds(flight, settings, source)


def first_seconds(
    flight: Flight, settings: FlightSettings, source: str, key: str = "flights.duration_s"
) -> Flight:
    """The first `settings.duration_s` of a flight.

    Args:
        flight: a flight that starts at zero seconds.
        settings: its length, and the height for messages.
        source: name of the log, for messages.
        key: key of the config that gives the length, for messages.

    Raises:
        FlightError: it has fewer than `MINIMUM_SAMPLES` samples there, or its power is constant.
    """
    first = flight.until(settings.duration_s)
    if len(first) < MINIMUM_SAMPLES:
        of_whole, remedy = "", ""
        if len(first) < len(flight):
            of_whole = (
                f" in the first {settings.duration_s:g} s ({key}), of {len(flight)} samples in the "
                f"whole flight of {flight.time_s[-1]:.0f} s"
            )
            remedy = f". Raise {key}" if len(flight) >= MINIMUM_SAMPLES else ""
        raise FlightError(
            f"{source}: only {len(first)} samples above {settings.minimum_height_m:g} m{of_whole}; "
            f"at least {MINIMUM_SAMPLES} are needed for an estimate{remedy}{_noted(flight)}"
        )
    spread_db = float(np.ptp(first.rss_db))
    if spread_db < _LEAST_SPREAD_DB:
        within = f" (within {spread_db:.2g} dB)" if spread_db else ""
        raise FlightError(
            f"{source}: the power is {np.median(first.rss_db):g} dB in every sample{within}; "
            "check that the power column was logged, and in dB"
        )
    return first


def _noted(flight: Flight) -> str:
    """The notes of a flight in parentheses, as the end of a message; empty if there are none."""
    return f" ({'; '.join(flight.notes)})" if flight.notes else ""


def _above_ground(flight: Flight, settings: FlightSettings, source: str) -> Flight:
    """The samples from the first to the last above `minimum_height_m`, but none below ground."""
    height_m = flight.position_m[:, 2]
    airborne = np.flatnonzero(height_m > settings.minimum_height_m)
    if airborne.size == 0:
        raise FlightError(
            f"{source}: the UAV never rises above {settings.minimum_height_m:g} m "
            f"(highest {height_m.max():.1f} m), so there is no flight in the log. "
            "Check the unit of the height, or lower flights.minimum_height_m"
        )
    flight = flight.samples(slice(int(airborne[0]), int(airborne[-1]) + 1))
    below: BoolArray = flight.position_m[:, 2] < 0.0
    count = int(below.sum())
    if count > _FEW_BELOW * len(flight):
        raise FlightError(
            f"{source}: {count} of {len(flight)} samples in flight lie below the ground (down to "
            f"{flight.position_m[:, 2].min():.1f} m); heights above the ground at the source are "
            "needed"
        )
    if not count:
        return flight
    return flight.samples(~below).noted(f"{count} samples below the ground left out")


def _drop_bad_samples(raw: Flight, source: str) -> Flight:
    """Without the samples that have a NaN or infinity in time, position, attitude or power."""
    if len(raw) == 0:
        raise FlightError(f"{source}: the log holds no samples{_noted(raw)}")
    values = np.column_stack([raw.position_m, raw.attitude_rad, raw.rss_db])
    good: BoolArray = timed(raw.time_s) & np.isfinite(values).all(axis=1)
    bad = int((~good).sum())
    if bad == len(raw):
        raise FlightError(
            f"{source}: every one of its {bad} samples has a NaN in time, position, attitude or "
            "power; check the export"
        )
    if bad:
        return raw.samples(good).noted(f"{bad} samples with NaN masked")
    return raw


def _align_quality(flight: Flight, settings: FlightSettings) -> Flight:
    """With the quality at the power's times, if its clock was wrong."""
    clock = quality_clock(flight.time_s, flight.rss_db, flight.quality_db, settings.lock_quality_db)
    if clock.right:
        return flight
    aligned = replace(flight, quality_db=clock.quality_at(flight.time_s, flight.quality_db))
    return aligned.noted(
        f"quality corrected in time: logged at {clock.rate:g} times the power's rate, "
        f"{clock.offset_s:g} s late at the start"
    )
