"""Localizers that score candidate positions: a score becomes a posterior over the source area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.errors import UnusableFlightError
from rfsl.flights.cells import FlightCells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.io.progress import Progress
from rfsl.localizers.bagging import flight_parts, whole_flight
from rfsl.localizers.evidence import is_noise
from rfsl.localizers.posterior import Estimate, Posterior
from rfsl.localizers.screening import CandidateScore, screened, screening_cells
from rfsl.localizers.spec import Surroundings

#: A coarse cell with more than this probability is refined.
_REFINED = 1e-2
#: So is a cell that is larger than a coarse one, because a peak may hide between the centres.
_PERHAPS = 1e-4
#: Most cells of the first grid, and most that are taken as likely at once.
_MOST_FIRST, _MOST_LIKELY = 8_000, 1_000
#: So many of the likeliest places tell whether there is a signal.
_LIKELIEST = 16
#: Candidates that are scored between two tellings of the progress, which begin after a second.
_BLOCK, _TOLD_AFTER_S = 1_000, 1.0


class Scorer(Protocol):
    """Makes the score of candidate positions from the cells of a flight and its parts (R, C)."""

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore: ...


@dataclass(frozen=True)
class ScoredGrid:
    """Bagged posterior of a score s over the source area, with a uniform prior.

    It is the mean of the posteriors p_r(x) ∝ exp(s_r(x)) of the parts of the flight. The estimate
    is the geometric median of the posterior, which has the smallest expected error.

    Attributes:
        surroundings: the source area and the settings of the grid.
        scorer: makes the score from the cells of a flight.
        position_std_m: standard deviation of the logged positions, if the score does not model it.
        is_likelihood: whether the score is the likelihood of the RSS, up to a constant. Then it can
            be that of a few cells of a long flight, so that unlikely candidates need no more (see
            `rfsl.localizers.screening`), and it tells whether there is a signal at all (see
            `rfsl.localizers.evidence`).

    See also:
        `refined_posterior`: the grid. `rfsl.localizers.bagging.flight_parts`: the parts.
        `Posterior.median_m`: the estimate.
    """

    surroundings: Surroundings
    scorer: Scorer
    position_std_m: float
    is_likelihood: bool = False

    def __call__(self, flight: Flight) -> Estimate:
        """Estimate with its posterior.

        Raises:
            UnusableFlightError: the flight has too few cells, or `check_signal` fails.
        """
        cells = self.surroundings.cells(flight)
        found = self.locate(cells)
        self.check_signal(cells, found)
        return found

    def locate(self, cells: FlightCells) -> Estimate:
        """Estimate with its posterior, from the cells of a flight that holds a signal."""
        parts = flight_parts(cells.travelled_m, self.surroundings.settings.bagging)
        return self.estimate(cells, self.scorer(cells, parts))

    def estimate(self, cells: FlightCells, score: CandidateScore, screen: bool = True) -> Estimate:
        """Estimate of a score, with its posterior.

        Args:
            cells: of the flight.
            score: by the parts of the flight.
            screen: whether a long flight is screened.
        """
        settings, area = self.surroundings.settings, self.surroundings.area
        screened_by = self.is_likelihood and screen
        masks = screening_cells(cells.rss_db.size) if screened_by else []
        few = [cells.part(mask) for mask in masks]
        posterior = refined_posterior(
            score,
            area,
            coarse_m=settings.coarse_grid_m,
            fine_m=settings.grid_m,
            screenings=[self.scorer(part, whole_flight(part.rss_db.size)) for part in few],
        )
        posterior = posterior.blurred(self.position_std_m)
        return Estimate(posterior.median_m(), posterior)

    def check_signal(self, cells: FlightCells, found: Estimate) -> None:
        """Check that logged power holds a signal at all, if the score is a likelihood.

        Of a hundred simulated flights, which always hold one, it refuses two.

        Args:
            cells: of the flight, or of several over one source.
            found: their estimate.

        Raises:
            UnusableFlightError: the power speaks against a source in the area.
        """
        posterior = found.posterior
        assert posterior is not None  # `locate` says so
        density = posterior.probability / posterior.cell_m2
        likely_m = posterior.xy_m[np.argsort(-density)[:_LIKELIEST]]
        if self.is_likelihood and is_noise(self.scorer, cells, self.surroundings.area, likely_m):
            raise UnusableFlightError(
                "a power that is the same everywhere explains the readings better than a source in "
                "the area does: the receiver heard noise alone, or the source is far outside"
            )


def refined_posterior(
    score: CandidateScore,
    area: Box,
    *,
    coarse_m: float,
    fine_m: float,
    screenings: Sequence[CandidateScore] = (),
) -> Posterior:
    """Mean of the posteriors p_ri ∝ exp(s_r(x_i)) A_i over a coarse grid, refined where likely.

    Coarse cells with a probability of more than 0.01, and their neighbours, are cut into finer
    cells, which are scored again. A large area starts with coarser cells, so that there are at most
    8,000 of them. Those with a probability of more than 0.0001, a thousand at the most, and their
    neighbours are halved, until the likely ones have the size of coarse cells.

    Args:
        score: s_r, log-likelihood (R, N) of positions (N, 2) for each part, up to a constant each.
        area: the source area.
        coarse_m, fine_m: distance between candidates, in coarse and in refined cells.
        screenings: scores by few cells of the flight, the fewest first; see `screened`.

    Example:
        A constant score leaves the uniform prior, whose median is the centre of the area.

        >>> area = Box(west_m=0.0, east_m=40.0, south_m=0.0, north_m=20.0)
        >>> constant = lambda xy_m: np.zeros((1, len(xy_m)))
        >>> uniform = refined_posterior(constant, area, coarse_m=10.0, fine_m=5.0)
        >>> uniform.median_m().round(3).tolist(), float(uniform.cell_m2.sum())
        ([20.0, 10.0], 800.0)
    """
    halvings = _halvings(area, coarse_m)
    first_m = coarse_m * 2.0**halvings
    with Progress("candidate positions", delay_s=_TOLD_AFTER_S) as progress:
        told = screened([_Told(one, progress) for one in screenings], _Told(score, progress))
        cells = _Cells.of(told, area.grid(first_m), area.grid_step(first_m))
        for _ in range(halvings):
            cells = cells.split(told, 2, _PERHAPS)
        return cells.split(told, max(1, round(coarse_m / fine_m)), _REFINED).posterior()


def _halvings(area: Box, coarse_m: float) -> int:
    """How often the first cells are halved until they have the size `coarse_m`."""
    count = float(np.prod(2.0 * np.array(area.half_size_m) / area.grid_step(coarse_m)))
    return max(0, int(np.ceil(np.log(count / _MOST_FIRST) / np.log(4.0))))


@dataclass(frozen=True)
class _Cells:
    """Scored cells of an area, of several sizes and one aspect.

    Attributes:
        xy_m: (N, 2) their centres.
        value: (R, N) their scores.
        cell_m2: (N,) their areas.
        step_m: (2,) size of the smallest ones, east and north.
        first: number of the first of these; all smaller cells are at the end.
    """

    xy_m: FloatArray
    value: FloatArray
    cell_m2: FloatArray
    step_m: FloatArray
    first: int = 0

    @classmethod
    def of(cls, score: CandidateScore, xy_m: FloatArray, step_m: FloatArray) -> _Cells:
        """Equal cells (N, 2)."""
        return cls(xy_m, score(xy_m), np.full(len(xy_m), np.prod(step_m)), step_m)

    def posterior(self) -> Posterior:
        aspect = float(self.step_m[0] / self.step_m[1])
        return Posterior.of(self.xy_m, self.value, self.cell_m2, aspect)

    def split(self, score: CandidateScore, parts: int, least: float) -> _Cells:
        """The smallest cells cut into `parts` by `parts` where they are likely, or next to it.

        Args:
            least: likely cells have a larger probability than this.
        """
        from scipy.spatial import cKDTree  # here, since it loads slowly

        smallest_m = self.xy_m[self.first :]
        probability = self.posterior().probability[self.first :]
        order = np.argsort(-probability, kind="stable")[:_MOST_LIKELY]
        likely = order[probability[order] > least]
        if likely.size == 0:
            return self
        # A narrow peak may lie between centres, so the neighbours are cut as well.
        tree = cKDTree(smallest_m[likely] / self.step_m)
        away, _ = tree.query(smallest_m / self.step_m, p=np.inf)
        cut = np.concatenate([np.zeros(self.first, dtype=bool), away < 1.5])
        steps = (np.arange(parts) + 0.5) / parts - 0.5
        offsets_m = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) * self.step_m
        fine_m = (self.xy_m[cut][:, None] + offsets_m).reshape(-1, 2)
        fine = _Cells.of(score, fine_m, self.step_m / parts)
        return _Cells(
            np.concatenate([self.xy_m[~cut], fine_m]),
            np.concatenate([self.value[:, ~cut], fine.value], axis=1),
            np.concatenate([self.cell_m2[~cut], fine.cell_m2]),
            fine.step_m,
            int((~cut).sum()),
        )


@dataclass(frozen=True)
class _Told:
    """A score whose progress is told."""

    score: CandidateScore
    progress: Progress

    def __call__(self, xy_m: FloatArray) -> FloatArray:
        """Scores (R, N) of candidates (N, 2)."""
        self.progress.expect(len(xy_m))
        found = []
        for block in np.array_split(xy_m, len(xy_m) // _BLOCK + 1):
            found.append(self.score(block))
            self.progress.add(len(block))
        return np.concatenate(found, axis=1)
