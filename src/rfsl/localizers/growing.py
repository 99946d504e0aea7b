"""A posterior that grows with the flight: what an earlier one knew is not computed again.

A localizer that is asked every few seconds while the UAV flies repeats most of its work. The parts
of the flight that have no new cell score as before, and most candidates are as unlikely as before.
So `GrowingLocalizer` keeps the scores. A score is computed again only if cells of its part have
changed, and if the candidate belongs to those that hold nearly all the probability of that part.
The others keep their score relative to the best candidate, for as many changes of cells as their
probability is small.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.flights.cells import FlightCells
from rfsl.localizers.bagging import flight_parts
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.screening import CandidateScore

#: Candidates of a part that have less than this probability together may be out of date,
_TAIL = 0.02
#: and less of them for each cell that has changed since: by this factor's logarithm.
_DRIFT = 0.4
#: A new candidate has the score of the nearest one as if so many cells had changed since.
_NEAR = 6.0
#: As many as this have changed for a candidate that was never scored.
_NEVER = 99.0
#: Scores of more candidates are not kept from one update to the next.
_MOST_CANDIDATES = 50_000

#: Scores (R, N) of candidates (N, 2) for each part, where they are needed (R, N).
NeededScore = Callable[[FloatArray, BoolArray], FloatArray]


@runtime_checkable
class NeededScorer(Protocol):
    """A scorer that can leave out what is not needed."""

    def __call__(self, cells: FlightCells, parts: BoolArray) -> CandidateScore: ...

    def where(self, cells: FlightCells, parts: BoolArray) -> NeededScore:
        """The score of candidates (N, 2), where it is needed (R, N)."""
        ...


class GrowingLocalizer:
    """A `ScoredGrid` that is asked again and again about one flight while the flight grows.

    It keeps scores between the calls, so one localizer serves one flight. The cells of a call may
    differ from those of the call before in any way, as they do when the acquisition of the signal
    is judged anew. Then more scores are computed again.

    On simulated and real flights, position and expected error differ from those of the whole flight
    at once by less than 1 % of the expected error (tests/localizers/test_growing.py).

    See also:
        `rfsl.localizers.scored_grid.ScoredGrid`: the same from the whole flight at once.
    """

    def __init__(self, grid: ScoredGrid) -> None:
        """For one flight.

        Args:
            grid: the localizer; its scorer must be a `NeededScorer`, as that of kriging is.
        """
        assert isinstance(grid.scorer, NeededScorer)
        self._grid, self._scorer = grid, grid.scorer
        self._scores = _Scores(0)
        self._seen: _Seen | None = None

    def locate(self, cells: FlightCells) -> Estimate:
        """Estimate with its posterior, from all cells of the flight so far.

        Raises:
            UnusableFlightError: the power speaks against a source in the area.
        """
        parts = flight_parts(cells.travelled_m, self._grid.surroundings.settings.bagging)
        seen = _Seen.of(cells, parts)
        kept = self._seen is not None and self._seen.comparable(seen)
        if self._seen is None or not kept or len(self._scores) > _MOST_CANDIDATES:
            self._scores = _Scores(len(parts))
        else:
            self._scores.age += self._seen.changed(seen)[:, None]
        self._seen = seen
        needed = self._scorer.where(cells, parts)
        first = len(self._scores) == 0
        self._scores.follow_best(needed)
        found = self._grid.estimate(cells, lambda xy_m: self._scores.of(xy_m, needed), first)
        self._grid.check_signal(cells, found)
        return found


class _Seen:
    """What the cells of a call were, to tell which of them are new in the next one."""

    def __init__(self, quiet: bytes, parts: list[set[bytes]]) -> None:
        self._quiet, self._parts = quiet, parts

    @classmethod
    def of(cls, cells: FlightCells, parts: BoolArray) -> _Seen:
        rows = np.column_stack(
            [cells.position_m, cells.attitude_rad, cells.rss_db, cells.travelled_m]
        )
        names = [row.tobytes() for row in rows]
        quiet = np.column_stack([cells.quiet_position_m, cells.quiet_attitude_rad]).tobytes()
        acquired = cells.quiet_limit_db().tobytes()
        of_parts = [{names[cell] for cell in np.flatnonzero(part)} for part in parts]
        return cls(quiet + acquired, of_parts)

    def comparable(self, other: _Seen) -> bool:
        """Whether scores by these cells say something of those by the others."""
        return self._quiet == other._quiet and len(self._parts) == len(other._parts)

    def changed(self, other: _Seen) -> IndexArray:
        """How many cells (R,) each part has gained and lost."""
        pairs = zip(self._parts, other._parts, strict=True)
        return np.array([len(before ^ after) for before, after in pairs])


class _Scores:
    """Scores of candidates for each part, and how many cells have changed since they were computed.

    Attributes:
        place: number of each candidate in the arrays, by its position.
        xy_m: (N, 2) positions.
        value: (R, N) scores. Those of a part are shifted with its best one, so that they compare.
        age: (R, N) number of cells of the part that have changed since.
    """

    def __init__(self, parts: int) -> None:
        self.place: dict[bytes, int] = {}
        self.xy_m = np.empty((0, 2))
        self.value = np.empty((parts, 0))
        self.age = np.empty((parts, 0))

    def __len__(self) -> int:
        return len(self.place)

    def follow_best(self, needed: NeededScore) -> None:
        """Score the best candidate of each part that has changed, and shift the others with it."""
        if not self.place:
            return
        best = self.value.argmax(axis=1)
        parts = np.arange(len(best))
        old = parts[self.age[parts, best] > 0.0]
        if old.size == 0:
            return
        places = np.unique(best[old])
        wanted = np.zeros((len(best), len(places)), dtype=bool)
        wanted[old, np.searchsorted(places, best[old])] = True
        found = needed(self.xy_m[places], wanted)
        for part in old:
            now = found[part, np.searchsorted(places, best[part])]
            self.value[part] += now - self.value[part, best[part]]
            self.age[part, best[part]] = 0.0

    def of(self, xy_m: FloatArray, needed: NeededScore) -> FloatArray:
        """Scores (R, N) of candidates (N, 2); those that matter are computed anew if need be."""
        rows = self._rows(xy_m)
        value, age = self.value[:, rows], self.age[:, rows]
        wanted = (age > 0.0) & (_tails(value) * np.exp(_DRIFT * np.minimum(age, _NEVER)) > _TAIL)
        found = np.where(wanted, needed(xy_m, wanted), value)
        self.value[:, rows] = found
        self.age[:, rows] = np.where(wanted, 0.0, age)
        return found

    def _rows(self, xy_m: FloatArray) -> IndexArray:
        """Rows (N,) of candidates; new ones get one."""
        names = [row.tobytes() for row in np.ascontiguousarray(xy_m)]
        new = [number for number, name in enumerate(names) if name not in self.place]
        if new:
            self._add(xy_m[new], [names[number] for number in new])
        return np.array([self.place[name] for name in names])

    def _add(self, xy_m: FloatArray, names: list[bytes]) -> None:
        """New candidates, which have the scores of the nearest known ones for the time being."""
        value = np.zeros((len(self.value), len(names)))
        age = np.full(value.shape, _NEVER)
        if self.place:
            from scipy.spatial import cKDTree  # here, since it loads slowly

            _, nearest = cKDTree(self.xy_m).query(xy_m)
            value = self.value[:, nearest]
            age = self.age[:, nearest] + _NEAR
        for name in names:
            self.place[name] = len(self.place)
        self.xy_m = np.concatenate([self.xy_m, xy_m])
        self.value = np.concatenate([self.value, value], axis=1)
        self.age = np.concatenate([self.age, age], axis=1)


def _tails(value: FloatArray) -> FloatArray:
    """For each part and candidate (R, N), the probability of it and of all that are less likely."""
    mass = np.exp(value - value.max(axis=1, keepdims=True))
    order = np.argsort(mass, axis=1)
    tails = np.empty_like(mass)
    np.put_along_axis(tails, order, np.cumsum(np.take_along_axis(mass, order, 1), axis=1), 1)
    return tails / mass.sum(axis=1, keepdims=True)
