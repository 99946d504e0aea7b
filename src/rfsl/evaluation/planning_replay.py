"""Choosing among minutes that were flown: a planner on real flights over one source.

Real flights cannot be steered afterwards. But where several of them were over one source, a planner
can choose which minute of them comes next, and be compared with chance and with the order in which
they were flown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray, IndexArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.evaluation.planning import located
from rfsl.evaluation.trials import posterior_scores
from rfsl.flights.cells import MINIMUM_CELLS, FlightCells, flight_cells, fused_cells
from rfsl.flights.files import FlightFile
from rfsl.geometry.frames import travelled_m
from rfsl.planning.belief import posterior_so_far
from rfsl.planning.forecast import Forecast
from rfsl.planning.mission import Mission, Situation
from rfsl.planning.motion import FlownCells
from rfsl.randomness import Stream, generator

#: Length of the pieces that are chosen.
SEGMENT_S = 60.0
#: Drawn sources of the forecast, and random orders that chance is the mean of.
_SOURCES, _ORDERS = 36, 5
_CHOSEN, _CHANCE, _IN_ORDER = "expected_error", "random", "chronological"


@dataclass(frozen=True)
class Segment:
    """A minute of a flight.

    Attributes:
        flight: number of the flight among those over the source.
        cells: (C,) numbers of its cells.
    """

    flight: int
    cells: IndexArray


#: Chooses the place in the second list of the segment that comes after those of the first.
_Choice = Callable[[list[Segment], list[Segment]], int]


@dataclass(frozen=True)
class Replay:
    """The flights over one source, cut into minutes.

    Attributes:
        flights: cells of each flight.
        segments: all minutes with cells, flight by flight in the order of time.
        mission: what the flights are located by; its times are those after which an estimate
            counts.
    """

    flights: tuple[FlightCells, ...]
    segments: tuple[Segment, ...]
    mission: Mission

    @classmethod
    def of(cls, items: Sequence[FlightFile], mission: Mission, settings: FlightSettings) -> Replay:
        """Of trials over one source; those that hold the signal too rarely are left out."""
        cell_m = mission.surroundings.settings.cell_m
        flights: list[FlightCells] = []
        segments: list[Segment] = []
        for item in items:
            try:
                cells = flight_cells(item.flight, cell_m, settings)
            except UnusableFlightError:
                continue
            flown_m = travelled_m(item.flight.position_m)
            minute = np.interp(cells.travelled_m, flown_m, item.flight.time_s) // SEGMENT_S
            segments += [
                Segment(len(flights), np.flatnonzero(minute == number))
                for number in np.unique(minute)
            ]
            none = np.empty((0, 3))
            flights.append(replace(cells, quiet_position_m=none, quiet_attitude_rad=none))
        return cls(tuple(flights), tuple(segments), mission)

    def measured(self, flown: Sequence[Segment]) -> FlightCells | None:
        """The cells of some segments, flight by flight; None if they are too few."""
        parts = []
        for number, cells in enumerate(self.flights):
            kept = np.zeros(cells.rss_db.size, dtype=bool)
            for segment in flown:
                if segment.flight == number:
                    kept[segment.cells] = True
            if kept.any():
                parts.append(cells.part(kept))
        if sum(part.rss_db.size for part in parts) < MINIMUM_CELLS:
            return None
        return fused_cells(parts)

    def by_expected_error(self, flown: list[Segment], left: list[Segment], seed: int) -> int:
        """The segment after which the expected error is smallest.

        The forecast takes the level of all flights as one; the posterior so far does not.
        """
        mission = self.mission
        rng = generator(seed, Stream.POLICY, "replay", len(flown))
        last_m = self.flights[flown[-1].flight].position_m[flown[-1].cells[-1:], :2]
        situation = Situation(mission, last_m, 0.0, self.measured(flown), rng)
        settings = mission.surroundings.settings
        posterior = posterior_so_far(situation, settings.coarse_grid_m)
        forecast = Forecast.of(situation, posterior, _SOURCES, settings.cell_m)
        errors_m = []
        for segment in left:
            cells = self.flights[segment.flight]
            path = _path(cells.position_m[segment.cells], cells.travelled_m[segment.cells])
            errors_m.append(forecast.outcome(path).expected_error_m())
        return int(np.argmin(errors_m))

    def order(self, first: Segment, choose: _Choice) -> list[Segment]:
        """Segments as they are chosen, until the last time that counts or none is left."""
        flown, left = [first], [item for item in self.segments if item is not first]
        while left and len(flown) * SEGMENT_S < self.mission.times_s[-1]:
            flown.append(left.pop(choose(flown, left)))
        return flown


def _path(position_m: FloatArray, along_m: FloatArray) -> FlownCells:
    """Cells of a flight as a further path."""
    step_m = np.gradient(position_m[:, :2], axis=0) if len(position_m) > 1 else np.zeros((1, 2))
    course_rad = np.arctan2(step_m[:, 0], step_m[:, 1])
    return FlownCells(position_m[:, :2], course_rad, along_m - along_m[0])


def replay_scores(
    replay: Replay, location: str, source_xy_m: FloatArray, seed: int
) -> pd.DataFrame:
    """A row for each flight that begins, each policy and each time; of chance, each order.

    Each flight begins once with its first minute. Then `expected_error` and `random` choose among
    all minutes over the source that are left; `chronological` goes on with the same flight.

    Returns:
        Columns location, start (number of the flight), policy, after_s, error_m, expected_error_m,
        source_share, log_density, energy_score_m and the areas of the regions.
    """
    rows = []
    for number in range(len(replay.flights)):
        first = next(item for item in replay.segments if item.flight == number)
        for policy, flown in _orders(replay, first, seed):
            for time_s in replay.mission.times_s:
                count = int(time_s // SEGMENT_S)
                estimate = located(replay.mission, replay.measured(flown[:count]))
                rows.append(
                    {
                        "location": location,
                        "start": number,
                        "policy": policy,
                        "after_s": int(time_s),
                        "error_m": float(np.linalg.norm(estimate.position_m - source_xy_m)),
                        **posterior_scores(estimate, source_xy_m),
                    }
                )
    return pd.DataFrame(rows)


def _orders(replay: Replay, first: Segment, seed: int) -> Iterator[tuple[str, list[Segment]]]:
    yield _CHOSEN, replay.order(first, lambda a, b: replay.by_expected_error(a, b, seed))
    yield _IN_ORDER, [item for item in replay.segments if item.flight == first.flight]
    for number in range(_ORDERS):
        rng = generator(seed, Stream.POLICY, "order", first.flight, number)
        yield _CHANCE, replay.order(first, lambda _, left, rng=rng: int(rng.integers(len(left))))  # type: ignore[misc]


def replay_table(scores: pd.DataFrame) -> pd.DataFrame:
    """One row per location (and for all of them), time and policy.

    Args:
        scores: of `replay_scores`, for all locations.

    Returns:
        Columns location, after_s, policy, starts, mean_error_m, expected_error_m, log_density,
        in_region_50, in_region_90. Of chance, the mean over its orders.
    """
    rows = []
    groups = [("all", scores), *scores.groupby("location")]
    for location, part in groups:
        for (after_s, policy), chosen in part.groupby(["after_s", "policy"], sort=False):
            rows.append(
                {
                    **{"location": location, "after_s": after_s, "policy": policy},
                    "starts": len(chosen[["location", "start"]].drop_duplicates()),
                    "mean_error_m": chosen["error_m"].mean(),
                    "expected_error_m": chosen["expected_error_m"].mean(),
                    "log_density": chosen["log_density"].mean(),
                    "in_region_50": (chosen["source_share"] <= 0.5).mean(),
                    "in_region_90": (chosen["source_share"] <= 0.9).mean(),
                }
            )
    return pd.DataFrame(rows)
