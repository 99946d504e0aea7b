"""Linear least squares: squared free-space distances, in equations linear in the position."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.flights.flight import Flight
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import LocalizerSpec, Surroundings


@dataclass(frozen=True)
class LinearLeastSquares:
    """Position, level and squared norm from one linear system.

    In free space the received power p of a cell falls with the squared distance d to the source:
    d² = K / p, with an unknown level K. With the horizontal positions u of the cell and s of the
    source, and the difference h of their heights, d² = |u − s|² + h². Multiplied out,

        K / p + 2 u·s − R = |u|²,   R = |s|² + h²,

    which is linear in (K, s, R). Each equation is multiplied by p, so that weak cells, whose 1 / p
    is mostly noise, count little. A position outside the area is moved to its edge.

    Attributes:
        surroundings: the source area, and the setting `cell_m`.

    Example:
        In free space, at constant height and without noise, the result is exact.

        >>> from rfsl.config.flights import FlightSettings
        >>> from rfsl.config.localizers import LocalizerSettings
        >>> from rfsl.geometry.frames import Box
        >>> angle, radius_m = np.linspace(0.0, 6.0, 12), np.linspace(25.0, 45.0, 12)
        >>> u_m = 50.0 + np.column_stack([radius_m * np.cos(angle), radius_m * np.sin(angle)])
        >>> rss_db = -10.0 * np.log10(np.square(u_m - [30.0, 60.0]).sum(axis=1) + 29.0**2)
        >>> position_m = np.column_stack([u_m, np.full(12, 30.0)])
        >>> flight = Flight(angle, position_m, np.zeros((12, 3)), rss_db, np.full(12, np.nan))
        >>> area = Box(0.0, 100.0, 0.0, 100.0)
        >>> known = Surroundings(area, 1.0, LocalizerSettings(), FlightSettings())
        >>> LinearLeastSquares(known)(flight).position_m.round(6).tolist()
        [30.0, 60.0]
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
