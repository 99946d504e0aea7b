"""RSS-weighted centroid: the mean of the flown positions, weighted by received power."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class WeightedCentroid:
    """Centroid of the flight's cells, weighted by a power of the received power.

    x̂ = Σ w_c x_c / Σ w_c with w_c = 10^(a r_c / 10), where x_c is the position of a cell, r_c its
    RSS in dB and a the setting `centroid_exponent`. An unknown constant in the RSS cancels. A
    position outside the area is moved to its edge.

    Attributes:
        surroundings: the source area, and the settings a and `cell_m`.

    Example:
        The received power is symmetric about x = 25 m.

        >>> from rfsl.config.flights import FlightSettings
        >>> from rfsl.config.localizers import LocalizerSettings
        >>> from rfsl.geometry.frames import Box
        >>> x_m, none = np.arange(0.0, 60.0, 10.0), np.zeros(6)
        >>> rss_db = np.array([-70.0, -60.0, -50.0, -50.0, -60.0, -70.0])
        >>> position_m = np.column_stack([x_m, none, none + 30.0])
        >>> flight = Flight(x_m, position_m, np.zeros((6, 3)), rss_db, np.full(6, np.nan))
        >>> area = Box(0.0, 100.0, 0.0, 100.0)
        >>> known = Surroundings(area, 1.5, LocalizerSettings(), FlightSettings())
        >>> WeightedCentroid(known)(flight).position_m.round(6).tolist()
        [25.0, 0.0]
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
