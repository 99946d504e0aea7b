"""Where to fly next from a log or from arrays, in degrees: what the command and programs call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import ArrayLike

from rfsl.arrays import FloatArray
from rfsl.config.config import Config
from rfsl.errors import ConfigError, did_you_mean
from rfsl.fixes.area_files import AreaSource, area_name, read_area
from rfsl.fixes.areas import SourceArea
from rfsl.flights.cells import usable_cells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.localizers.spec import Surroundings
from rfsl.planning.aircraft import FlightPlan
from rfsl.planning.belief import posterior_so_far
from rfsl.planning.fence import Fence, one_polygon
from rfsl.planning.mission import Mission, PolicySpec, Situation
from rfsl.planning.motion import Motion
from rfsl.planning.policies import POLICIES
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.models import MODELS
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.randomness import Stream, generator

#: A flight that is longer than all times that count goes on for this long.
_LONGER_S = 180.0


@dataclass(frozen=True)
class PlannedWay:
    """Where to fly next.

    Attributes:
        plan: the waypoints, in degrees.
        start_deg: latitude and longitude from which they are flown.
        expected_error_m: expected error of the position so far; that of no knowledge before the
            flight.
        position_deg: latitude and longitude of the source so far; None before the flight.
    """

    plan: FlightPlan
    start_deg: tuple[float, float]
    expected_error_m: float
    position_deg: tuple[float, float] | None


@dataclass(frozen=True)
class Planner:
    """Chooses where to fly next within a fence.

    Attributes:
        frame: local frame, with its origin at the fence.
        mission: fence, motion and times; its start is where a flight without a log begins.
        policy: which chooses.
        config: blocks that say how logs are read.
    """

    frame: LocalFrame
    mission: Mission
    policy: PolicySpec
    config: Config

    @classmethod
    def of(
        cls,
        fence: AreaSource,
        config: Config,
        *,
        area: AreaSource | None = None,
        policy: str = "expected_error",
        calibration: Calibration | None = None,
        height_m: float | None = None,
        start_deg: tuple[float, float] | None = None,
    ) -> Planner:
        """A planner for a fence.

        Args:
            fence: file or shape of the polygon in which the UAV may fly.
            config: the whole config; `planning` has heights and times, `spiral` the motion.
            area: file or shape of where the source may be; None: the box round the fence.
            policy: name of a module of `rfsl.planning.policies`.
            calibration: of the aircraft; None: free space, with an uncertain gain.
            height_m: of the flight; None: `planning.height_m`.
            start_deg: latitude and longitude of the first waypoint; None: the middle of the fence.

        Raises:
            ConfigError: there is no such policy, or it is told the true place.
            DataError: the fence or the area cannot be read.
            FenceError: the fence is in several parts, or the height is not allowed in it.
        """
        usable = sorted(name for name, spec in POLICIES.items() if not spec.told)
        if policy not in usable:
            raise ConfigError(
                f"policy: found {policy!r}.{did_you_mean([policy], usable)} Allowed: "
                f"{', '.join(usable)}"
            )
        found = SourceArea.of(fence, config.scenario)
        frame = LocalFrame.of(found.scenario)
        settings = config.planning
        low_m, high_m = settings.heights_m
        inside = Fence(one_polygon(found.polygon_m, area_name(fence)), low_m, high_m)
        middle = inside.polygon_m.representative_point()
        start_m = np.array([middle.x, middle.y])
        if start_deg is not None:
            start_m = np.array([float(axis) for axis in frame.to_local(*start_deg)])
        flown_m = settings.height_m if height_m is None else height_m
        inside.check(np.array([*start_m, flown_m]), np.array([[*start_m, flown_m]]))
        mission = Mission(
            fence=inside,
            motion=Motion.of(config.spiral),
            start_m=start_m,
            height_m=flown_m,
            times_s=tuple(map(float, settings.times_s)),
            surroundings=_surroundings(
                _box(area, frame) if area is not None else inside.box, config, calibration
            ),
            spiral=config.spiral,
        )
        return cls(frame, mission, POLICIES[policy], config)

    def first_way(self) -> PlannedWay:
        """A whole way before anything is measured, for all of the time."""
        mission = self.mission
        rng = generator(self.config.seed, Stream.POLICY, "first")
        waypoints_m = np.array([mission.start_m])
        motion = mission.motion
        while (time_s := float(motion.ready_s(waypoints_m)[-1])) < mission.times_s[-1]:
            situation = Situation(mission, waypoints_m, time_s, None, rng)
            chosen_m = (self.policy.whole or self.policy.choose)(situation)
            waypoints_m = np.concatenate([waypoints_m, self._inside(waypoints_m[-1], chosen_m)])
        count = int(np.searchsorted(motion.ready_s(waypoints_m), mission.times_s[-1])) + 1
        return self._way(Situation(mission, waypoints_m[:1], 0.0, None, rng), waypoints_m[1:count])

    def next_way(self, flight: Flight) -> PlannedWay:
        """The next legs after what a flight measured in the local frame so far.

        Raises:
            FenceError: the UAV is outside the fence, and no way leads back.
        """
        settings = self.config.flights.whole()
        cell_m = self.mission.surroundings.settings.cell_m
        now_s = float(flight.time_s[-1] - flight.time_s[0])
        times_s = tuple(time_s for time_s in self.mission.times_s if time_s > now_s)
        mission = replace(self.mission, times_s=times_s or (now_s + _LONGER_S,))
        here_m = mission.fence.pulled_in(flight.position_m[-1:, :2])
        rng = generator(self.config.seed, Stream.POLICY, "next", len(flight))
        cells = usable_cells(flight, cell_m, settings)
        situation = Situation(mission, here_m, now_s, cells, rng)
        chosen_m = self._inside(here_m[0], self.policy.choose(situation))
        return self._way(situation, chosen_m, flight.position_m[-1, :2])

    def next_waypoint(
        self,
        time_s: ArrayLike,
        latitude_deg: ArrayLike,
        longitude_deg: ArrayLike,
        height_m: ArrayLike,
        rss_db: ArrayLike,
        yaw_deg: ArrayLike = 0.0,
    ) -> tuple[float, float, float]:
        """Latitude, longitude and height of the next waypoint, from what was measured so far.

        Args:
            time_s: (S,) rising.
            latitude_deg, longitude_deg, height_m: (S,) positions; height above ground.
            rss_db: (S,) power over any constant; NaN where nothing was read.
            yaw_deg: (S,) or one, of the nose, clockwise from north.
        """
        if np.isfinite(np.asarray(rss_db, float)).sum() < 2:
            return _first(self.first_way().plan)
        flight = self.flight(time_s, latitude_deg, longitude_deg, height_m, rss_db, yaw_deg)
        return _first(self.next_way(flight).plan)

    def flight(
        self,
        time_s: ArrayLike,
        latitude_deg: ArrayLike,
        longitude_deg: ArrayLike,
        height_m: ArrayLike,
        rss_db: ArrayLike,
        yaw_deg: ArrayLike = 0.0,
    ) -> Flight:
        """Arrays, as `next_waypoint` takes them, as a flight in the local frame."""
        rss = np.asarray(rss_db, float)
        read = np.isfinite(rss)
        x_m, y_m = self.frame.to_local(latitude_deg, longitude_deg)
        position_m = np.column_stack([x_m, y_m, np.broadcast_to(height_m, rss.shape)])
        yaw_rad = np.radians(np.broadcast_to(np.asarray(yaw_deg, float), rss.shape))
        attitude_rad = np.column_stack([np.zeros((rss.size, 2)), yaw_rad])
        return Flight(
            time_s=np.asarray(time_s, float)[read],
            position_m=position_m[read],
            attitude_rad=attitude_rad[read],
            rss_db=rss[read],
            quality_db=np.full(int(read.sum()), np.nan),
        )

    def _inside(self, here_m: FloatArray, chosen_m: FloatArray) -> FloatArray:
        """Waypoints (W, 2) with ways round the corners of the fence."""
        way_m = self.mission.fence.way(here_m, chosen_m)
        if len(way_m) == 0:
            raise ConfigError(f"{self.policy.label}: there is no further way inside the fence")
        return way_m

    def _way(
        self, situation: Situation, waypoints_m: FloatArray, from_m: FloatArray | None = None
    ) -> PlannedWay:
        mission = situation.mission
        start_m = situation.here_m if from_m is None else from_m
        height_m = np.full(len(waypoints_m), mission.height_m)
        mission.fence.check(
            np.array([*situation.here_m, mission.height_m]),
            np.column_stack([waypoints_m, height_m]),
        )
        posterior = posterior_so_far(situation, mission.surroundings.settings.coarse_grid_m)
        place_m = posterior.median_m()
        latitude_deg, longitude_deg = self.frame.to_geodetic(*waypoints_m.T)
        start_deg = self._degrees(start_m)
        return PlannedWay(
            FlightPlan(
                latitude_deg,
                longitude_deg,
                height_m,
                start_deg,
                mission.motion.speed_m_s,
            ),
            start_deg,
            posterior.expected_error_m(place_m),
            None if situation.cells is None else self._degrees(place_m),
        )

    def _degrees(self, xy_m: FloatArray) -> tuple[float, float]:
        latitude_deg, longitude_deg = self.frame.to_geodetic(*xy_m)
        return float(latitude_deg), float(longitude_deg)


def told(way: PlannedWay, label: str) -> Iterator[str]:
    """A way in words, line by line.

    Args:
        label: of the policy.
    """
    if way.position_deg is not None:
        latitude_deg, longitude_deg = way.position_deg
        yield f"So far: {latitude_deg:.6f}, {longitude_deg:.6f} (latitude, longitude)"
        yield f"  expected error {way.expected_error_m:.0f} m"
    yield f"Waypoints by {label}:"
    plan = way.plan
    for place in zip(plan.latitude_deg, plan.longitude_deg, plan.height_m, strict=True):
        yield "  {:.7f}, {:.7f}, {:.0f} m above ground".format(*place)


def _first(plan: FlightPlan) -> tuple[float, float, float]:
    return float(plan.latitude_deg[0]), float(plan.longitude_deg[0]), float(plan.height_m[0])


def _box(area: AreaSource, frame: LocalFrame) -> Box:
    """The box round an area in a local frame."""
    polygon_deg = read_area(area).polygon_deg

    def local(points_deg: FloatArray) -> FloatArray:
        longitude_deg, latitude_deg = points_deg.T
        return np.column_stack(frame.to_local(latitude_deg, longitude_deg))

    west_m, south_m, east_m, north_m = shapely.transform(polygon_deg, local).bounds
    return Box(west_m, east_m, south_m, north_m)


def _surroundings(area: Box, config: Config, calibration: Calibration | None) -> Surroundings:
    """What the flight is located by: the calibration, or free space with an uncertain gain."""
    settings = config.planning.localizers(config.localizers)
    known = Surroundings(area, config.scenario.source_height_m, settings, config.flights)
    if calibration is None:
        free_space = MODELS["free_space"].build(config.scenario, config.propagation, None)
        return replace(known, model=free_space, gain_shape=config.calibration)
    shared = calibration.with_place_share(config.planning.assumed_place_share)
    return replace(known, model=Calibrated(shared.profile), calibration=shared)
