"""Strongest smoothed RSS: the source is below the place of the largest power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class StrongestRss:
    """Place of the strongest sample after Gaussian smoothing over time.

    Attributes:
        smoothing_s: σ of the Gaussian; samples are taken as evenly spaced.
    """

    area: Box
    smoothing_s: float

    def __call__(self, flight: Flight) -> Estimate:
        from scipy.ndimage import gaussian_filter1d  # here, since it loads slowly

        interval_s = float(np.median(np.diff(flight.time_s)))
        smooth_db = gaussian_filter1d(flight.rss_db, self.smoothing_s / interval_s, mode="nearest")
        return Estimate(self.area.clip(flight.position_m[np.argmax(smooth_db), :2]))


def _build(surroundings: Surroundings) -> StrongestRss:
    return StrongestRss(surroundings.area, surroundings.settings.smoothing_s)


SPEC = LocalizerSpec(_build)
