"""Fit of the coarsening on flights over known sources, by the logarithmic score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.stats import chi2

from rfsl.arrays import FloatArray
from rfsl.calibration.gain_and_shadowing import fit_field
from rfsl.calibration.links import CalibrationFlight
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.errors import CalibrationError, UnusableFlightError
from rfsl.flights.cells import FlightCells, flight_cells, usable_cells
from rfsl.geometry.frames import Box
from rfsl.localizers.coarsening import Coarsening, power
from rfsl.localizers.likelihood import CellLikelihood
from rfsl.localizers.posterior import Posterior
from rfsl.localizers.spec import on_ground_m
from rfsl.propagation.models.calibrated import Calibrated

#: Middle of the prior of α, and α where nothing can be learned; and spread of its logarithm.
_MIDDLE_CELLS, _LOG_STD = 100.0, 1.0
_TRIED_CELLS = np.geomspace(10.0, 3000.0, 41)
_CONFIDENCE = 0.9
#: Candidates of the grid on which posteriors are scored, at the most.
_CANDIDATES = 4000


@dataclass(frozen=True)
class LocatedFlight:
    """A flight over a known source, and the name of the location."""

    item: CalibrationFlight
    location: str


def fit_coarsening(
    flights: Sequence[LocatedFlight],
    times_s: Sequence[int],
    area: Box,
    source_height_m: float,
    calibration: CalibrationSettings,
    localizers: LocalizerSettings,
    settings: FlightSettings,
) -> Coarsening:
    """Learn α on flights over known sources, each located without the flights at its location.

    Gain and shadowing for a flight are fitted to the flights at other locations. Each flight has
    one vote: the mean over its times of the logarithm of the posterior density at its source. α
    maximizes their sum and a log-normal prior.

    Args:
        flights: flights at two or more locations; at fewer, α is the middle of the prior.
        times_s: times of flight after which each flight is located.
        area: where the source may be.
    """
    votes: dict[str, FloatArray] = {}
    plain: dict[str, float] = {}
    for location in sorted({flight.location for flight in flights}):
        elsewhere = [flight.item for flight in flights if flight.location != location]
        try:
            cells = [flight_cells(item.flight, calibration.cell_m, settings) for item in elsewhere]
            field = fit_field(elsewhere, cells, source_height_m, calibration)
        except (CalibrationError, UnusableFlightError):
            continue  # too little elsewhere to locate the flights here
        likelihood = CellLikelihood(Calibrated(field.profile), field.profile, field.residual)
        grid = _Grid.of(area, source_height_m, localizers)
        for flight in flights:
            if flight.location == location:
                scores = [
                    grid.log_densities(likelihood, found, np.array(flight.item.source_xy_m))
                    for time_s in times_s
                    if (found := _cells(flight.item, time_s, localizers, settings)) is not None
                ]
                if scores:
                    means = np.mean(scores, axis=0)
                    votes[flight.item.trial], plain[flight.item.trial] = means[:-1], means[-1]
    if not votes:
        return Coarsening(cells=_MIDDLE_CELLS, low=_TRIED_CELLS[0], high=_TRIED_CELLS[-1])
    total = np.sum(list(votes.values()), axis=0)
    found = total - 0.5 * (np.log(_TRIED_CELLS / _MIDDLE_CELLS) / _LOG_STD) ** 2
    best = int(np.argmax(found))
    within = _TRIED_CELLS[found >= found[best] - chi2.ppf(_CONFIDENCE, 1) / 2.0]
    return Coarsening(
        cells=float(_TRIED_CELLS[best]),
        low=float(within[0]),
        high=float(within[-1]),
        trials=tuple(votes),
        log_density=float(total[best] / len(votes)),
        plain_log_density=float(np.mean(list(plain.values()))),
    )


def _cells(
    item: CalibrationFlight, time_s: float, localizers: LocalizerSettings, settings: FlightSettings
) -> FlightCells | None:
    """Cells of the flight up to a time; None if there are too few."""
    flight = item.flight.until(time_s)
    return usable_cells(flight, localizers.cell_m, settings) if len(flight) else None


@dataclass(frozen=True)
class _Grid:
    """Candidates of one size over the area.

    Attributes:
        xy_m: (N, 2) centres of the cells, row by row.
        step_m: (2,) size of a cell.
        rows: number of rows.
        height_m: of the source.
        position_std_m: standard deviation of the logged positions.
    """

    xy_m: FloatArray
    step_m: FloatArray
    rows: int
    height_m: float
    position_std_m: float

    @classmethod
    def of(cls, area: Box, height_m: float, settings: LocalizerSettings) -> _Grid:
        size_m = 2.0 * np.array(area.half_size_m)
        spacing_m = max(settings.grid_m, float(np.sqrt(np.prod(size_m) / _CANDIDATES)))
        step_m = area.grid_step(spacing_m)
        rows = round(size_m[1] / step_m[1])
        return cls(area.grid(spacing_m), step_m, rows, height_m, settings.position_std_m)

    def log_densities(
        self, likelihood: CellLikelihood, cells: FlightCells, source_xy_m: FloatArray
    ) -> FloatArray:
        """Log-density (per m²) at the source for each α tried, and last without coarsening."""
        score = likelihood(cells, on_ground_m(self.xy_m, self.height_m))
        cell_m2 = np.full(len(self.xy_m), float(np.prod(self.step_m)))
        aspect = float(self.step_m[0] / self.step_m[1])
        blur_cells = self.position_std_m / self.step_m[::-1]
        found = []
        for tried in (*_TRIED_CELLS, float("inf")):
            tempered = Posterior.of(
                self.xy_m, power(tried, len(cells.rss_db)) * score, cell_m2, aspect
            )
            # On a grid of equal cells this is `Posterior.blurred`, and much faster.
            blurred = gaussian_filter(tempered.probability.reshape(self.rows, -1), blur_cells)
            posterior = Posterior(self.xy_m, blurred.ravel(), cell_m2, aspect)
            found.append(posterior.log_density_at(source_xy_m))
        return np.array(found)
