"""Linear least squares: free-space distances, linear in the position once squared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class LinearLeastSquares:
    """Position, level and squared norm from one linear system.

    In free space the received power p of a cell at u falls with the squared distance to the source
    s, |u - s|² = K/p with one unknown level K. Multiplied out, K/p + 2 u·s - R = |u|², where
    R = |s|² plus the squared difference in height: linear in (K, s, R). Each row is multiplied by
    p, so that weak cells, whose 1/p is mostly noise, count little.
    """

    surroundings: Surroundings

    def __call__(self, flight: Flight) -> Estimate:
        cells = self.surroundings.cells(flight)
        power = 10.0 ** ((cells.rss_db - cells.rss_db.max()) / 10.0)
        center_m = np.array(self.surroundings.area.center_m)
        scale_m = max(self.surroundings.area.half_size_m)
        place = (cells.position_m[:, :2] - center_m) / scale_m
        rows = np.column_stack([np.ones(power.size), 2.0 * power[:, None] * place, -power])
        solution, *_ = np.linalg.lstsq(rows, power * np.square(place).sum(axis=1))
        return Estimate(self.surroundings.area.clip(center_m + scale_m * solution[1:3]))


SPEC = LocalizerSpec(LinearLeastSquares)
