"""Errors of the estimates after flights whose way a policy chose, in simulated worlds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.planning import PlanningSettings
from rfsl.config.scenario import ScenarioSettings, SpiralSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.evaluation.trials import posterior_scores
from rfsl.flights.cells import FlightCells
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.progress import tracked
from rfsl.io.schemas import PlanningTable
from rfsl.localizers.methods.kriging import kriging_grid
from rfsl.localizers.posterior import Estimate
from rfsl.localizers.spec import Surroundings
from rfsl.planning.belief import even_posterior
from rfsl.planning.closed_loop import flown_cells, fly
from rfsl.planning.fence import Fence
from rfsl.planning.mission import Mission, PolicySpec
from rfsl.planning.motion import Motion
from rfsl.propagation.calibration_file import Calibration, read_calibration
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.randomness import Stream, generator
from rfsl.simulation.flights import FlightSimulator
from rfsl.simulation.worlds import World

#: The split of the worlds that are scored. Policies are developed on those of `validation`.
SCORED = "test"


@dataclass(frozen=True)
class PlanningBenchmark:
    """Worlds, and missions in them.

    The world of a number is drawn from the calibration of one fold, and flown and located by that
    of the next one, so no policy and no estimate knows the gain that it meets.

    Attributes:
        calibrations: by fold.
        scenario, spiral, flights, localizers, flight_simulation, settings: blocks of the config.
        seed: of the worlds and of the policies' draws.
        split: of the worlds.
    """

    calibrations: dict[str, Calibration]
    scenario: ScenarioSettings
    spiral: SpiralSettings
    flights: FlightSettings
    localizers: LocalizerSettings
    flight_simulation: FlightSimulationSettings
    settings: PlanningSettings
    seed: int
    split: str = SCORED

    @classmethod
    def of(cls, params: Any, calibrations: Sequence[str]) -> PlanningBenchmark:
        """From the params of a rule and the paths of its calibrations, in the order of its folds.

        Raises:
            DataError: a calibration cannot be read.
        """
        read = [read_calibration(path) for path in calibrations]
        return cls(
            {fold: made for fold, made in zip(params.folds, read, strict=True) if made},
            ScenarioSettings(**params.scenario),
            SpiralSettings(**params.spiral),
            FlightSettings(**params.flights),
            LocalizerSettings(**params.localizers),
            FlightSimulationSettings(**params.flight_simulation),
            PlanningSettings(**params.planning),
            params.seed,
        )

    def folds(self, index: int) -> tuple[str, str]:
        """Folds whose calibrations the world of a number is drawn from, and flown by."""
        names = sorted(self.calibrations)
        return names[index % len(names)], names[(index + 1) % len(names)]

    def world(self, index: int) -> World:
        """The world of a number."""
        motion, settings = Motion.of(self.spiral), self.settings
        simulator = FlightSimulator.of(
            self.calibrations[self.folds(index)[0]],
            self.scenario,
            self.flight_simulation,
            cell_m=settings.cell_m,
            position_std_m=settings.position_std_m,
        )
        most = int(motion.speed_m_s * settings.times_s[-1] / settings.cell_m) + 1
        low, high = settings.place_shares
        return World.draw(simulator, (low, high), most, self.seed, self.split, index)

    def mission(self, index: int) -> Mission:
        """The mission in the world of a number."""
        return self.mission_of(self.folds(index)[1])

    def mission_of(self, fold: str) -> Mission:
        """A mission by the calibration of a fold; it starts at the spiral's take-off point."""
        settings = self.settings
        calibration = self.calibrations[fold].with_place_share(settings.assumed_place_share)
        frame = LocalFrame.of(self.scenario)
        inside = Box.of(self.scenario.flight_area, frame)
        fence = Fence.of_box(inside, settings.height_m, settings.height_m)
        take_off_m = np.array([[self.spiral.take_off_x_m, self.spiral.take_off_y_m]])
        surroundings = Surroundings(
            Box.of(self.scenario.source_area, frame),
            self.scenario.source_height_m,
            settings.localizers(self.localizers),
            self.flights,
            Calibrated(calibration.profile),
            calibration,
        )
        return Mission(
            fence=fence,
            motion=Motion.of(self.spiral),
            start_m=fence.pulled_in(take_off_m)[0],
            height_m=settings.height_m,
            times_s=tuple(map(float, settings.times_s)),
            surroundings=surroundings,
            spiral=self.spiral,
        )


def located(mission: Mission, cells: FlightCells | None) -> Estimate:
    """Kriging's estimate from what was measured; of too little, that of the uniform prior."""
    surroundings = mission.surroundings
    if cells is not None:
        return kriging_grid(surroundings).locate(cells)
    even = even_posterior(surroundings.area, surroundings.settings.coarse_grid_m)
    return Estimate(even.median_m(), even)


def planning_scores(
    benchmark: PlanningBenchmark, policy: PolicySpec, indices: Sequence[int]
) -> pd.DataFrame:
    """Rows of `PlanningTable`: some worlds at each of the times."""
    rows = [
        row
        for index in tracked(indices, len(indices), "worlds")
        for row in _of_world(benchmark, policy, index)
    ]
    return pd.DataFrame(rows, columns=list(PlanningTable.to_schema().columns))


def _of_world(
    benchmark: PlanningBenchmark, policy: PolicySpec, index: int
) -> Iterable[dict[str, object]]:
    world = benchmark.world(index)
    mission = benchmark.mission(index)
    flown, planned = benchmark.folds(index)
    rng = generator(benchmark.seed, Stream.POLICY, benchmark.split, index)
    flight = fly(world, mission, policy, rng)
    ready_s = mission.motion.ready_s(flight.waypoints_m)
    for time_s in benchmark.settings.times_s:
        estimate = located(mission, flown_cells(world, mission, flight.waypoints_m, time_s))
        yield {
            "world": index,
            "flown": flown,
            "planned": planned,
            "inside": world.inside,
            "after_s": time_s,
            "source_x_m": world.source_xy_m[0],
            "source_y_m": world.source_xy_m[1],
            "estimate_x_m": estimate.position_m[0],
            "estimate_y_m": estimate.position_m[1],
            "error_m": float(np.linalg.norm(estimate.position_m - world.source_xy_m)),
            **posterior_scores(estimate, world.source_xy_m),
            "path_m": float(mission.motion.flown_m(flight.waypoints_m, time_s)[0]),
            "waypoints": int((ready_s[1:] <= time_s).sum()),
            "decision_s": float(flight.decision_s.max()),
        }
