"""Replay of a flight: the estimates that were possible at successive times of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.evaluation.trials import Attempt, Estimator
from rfsl.flights.files import FlightFile
from rfsl.localizers.coverage import SHARES
from rfsl.localizers.regions import Region


@dataclass(frozen=True)
class Moment:
    """One time of a replay.

    Attributes:
        time_s: time of flight; the estimate uses the flight up to this time.
        uav_m: (2,) position of the UAV at that time, east and north.
        attempt: the estimate, or why there is none.
        error_m: 2D distance of the estimate from the true source; NaN without an estimate.
        regions: regions of 50 % and 90 % probability; empty if the estimator gives no probability.
    """

    time_s: float
    uav_m: FloatArray
    attempt: Attempt
    error_m: float
    regions: tuple[Region, ...]

    @property
    def expected_error_m(self) -> float:
        """2D error that the estimator expects; NaN without an estimate or a posterior."""
        estimate = self.attempt.estimate
        return float("nan") if estimate is None else estimate.expected_error_m


def replay(
    item: FlightFile, estimator: Estimator, times_s: Sequence[float], settings: FlightSettings
) -> list[Moment]:
    """The estimate from the flight up to each of the times (s), in their order.

    A time at which the flight cannot be used yet gives a moment without an estimate.
    """
    return [_moment(item, estimator, time_s, settings) for time_s in times_s]


def _moment(
    item: FlightFile, estimator: Estimator, time_s: float, settings: FlightSettings
) -> Moment:
    flight = item.flight.until(time_s)
    attempt = Attempt.of(flight, estimator, settings)
    error_m = float("nan")
    regions: tuple[Region, ...] = ()
    if attempt.estimate is not None:
        error_m = float(np.linalg.norm(attempt.estimate.position_m - item.source_m[:2]))
        posterior = attempt.estimate.posterior
        if posterior is not None:
            regions = tuple(Region.of(posterior, share) for share in SHARES)
    return Moment(time_s, flight.position_m[-1, :2], attempt, error_m, regions)
