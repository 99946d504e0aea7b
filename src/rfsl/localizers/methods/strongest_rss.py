"""Strongest smoothed RSS: the source is taken to be below the position of the largest power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class StrongestRss:
    """Position of the strongest sample after Gaussian smoothing over time.

    x̂ = x_k with k = argmax_i Σ_j g(i − j) r_j, where g is a Gaussian and r_j the RSS. Samples are
    taken to be evenly spaced in time. A position outside the area is moved to its edge.

    Attributes:
        area: the source area.
        smoothing_s: standard deviation of the Gaussian.

    Example:
        A straight flight whose RSS is largest at x = 60 m.

        >>> x_m, none = np.arange(0.0, 100.0, 5.0), np.zeros(20)
        >>> flight = Flight(
        ...     time_s=0.5 * np.arange(20),
        ...     position_m=np.column_stack([x_m, none, none + 30.0]),
        ...     attitude_rad=np.zeros((20, 3)),
        ...     rss_db=-np.abs(x_m - 60.0),
        ...     quality_db=np.full(20, np.nan),
        ... )
        >>> StrongestRss(Box(0.0, 100.0, 0.0, 100.0), smoothing_s=1.0)(flight).position_m.tolist()
        [60.0, 0.0]
    """

    area: Box
    smoothing_s: float

    def __call__(self, flight: Flight) -> Estimate:
        from scipy.ndimage import gaussian_filter  # here, since it loads slowly

        interval_s = float(np.median(np.diff(flight.time_s)))
        smooth_db = gaussian_filter(flight.rss_db, self.smoothing_s / interval_s, mode="nearest")
        return Estimate(self.area.clip(flight.position_m[np.argmax(smooth_db), :2]))


def _build(surroundings: Surroundings) -> StrongestRss:
    return StrongestRss(surroundings.area, surroundings.settings.smoothing_s)


SPEC = LocalizerSpec(_build)
