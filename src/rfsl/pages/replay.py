"""A flight replayed: what an estimator says of the source as the flight goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.flights import FlightSettings
from rfsl.evaluation.trials import Attempt, Estimator
from rfsl.flights.files import FlightFile
from rfsl.localizers.regions import SHARES, Region


@dataclass(frozen=True)
class Moment:
    """One time of a replay.

    Attributes:
        time_s: the estimate knows the flight up to here.
        uav_m: (2,) where the UAV is then.
        attempt: the estimate, or why there is none.
        error_m: its distance from the source, NaN without one.
        regions: of 50 % and 90 % probability; none where the estimator gives no probability.
    """

    time_s: float
    uav_m: FloatArray
    attempt: Attempt
    error_m: float
    regions: tuple[Region, ...]

    @property
    def expected_error_m(self) -> float:
        """By the estimator's own account; NaN where it gives none."""
        estimate = self.attempt.estimate
        return float("nan") if estimate is None else estimate.expected_error_m


def replay(
    item: FlightFile, estimator: Estimator, times_s: Sequence[float], settings: FlightSettings
) -> list[Moment]:
    """What the estimator makes of the flight up to each of the times, in their order."""
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
