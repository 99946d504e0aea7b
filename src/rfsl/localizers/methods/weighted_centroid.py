"""RSS-weighted centroid: the mean of the places flown over, weighted by received power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class WeightedCentroid:
    """Centroid of the flight's cells; the weight is received power to `centroid_exponent`.

    An unknown constant in the power cancels.
    """

    surroundings: Surroundings

    def __call__(self, flight: Flight) -> Estimate:
        cells = self.surroundings.cells(flight)
        relative_db = self.surroundings.settings.centroid_exponent * (
            cells.rss_db - cells.rss_db.max()
        )
        weight = 10.0 ** (relative_db / 10.0)
        place_m = weight @ cells.position_m[:, :2] / weight.sum()
        return Estimate(self.surroundings.area.clip(np.asarray(place_m)))


SPEC = LocalizerSpec(WeightedCentroid)
