"""Flights drawn from a calibration, by cells of the path: any trajectory, height and heading.

The draws follow the model of `rfsl.localizers.likelihood`: gain error, level, shadowing with heavy
tails and a common factor, acquisition, and an error of the positions themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.flights.cells import MINIMUM_CELLS, FlightCells
from rfsl.flights.lock import acquired_samples, tracked_samples
from rfsl.geometry.frames import Box, LocalFrame, along_path
from rfsl.geometry.random_paths import TRAJECTORY_KINDS
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.gain import GainProfile
from rfsl.propagation.models.calibrated import Calibrated
from rfsl.propagation.shadowing import Residual, cell_terms, unit_covariance
from rfsl.randomness import SPLITS, Stream, generator

#: Trajectory of a redrawn flight.
FLOWN = "flown"
#: A flight with fewer than `MINIMUM_CELLS` held cells is drawn again, at most so often.
_ATTEMPTS = 200
#: Roll and pitch of a UAV in level flight, and how far it leans into its course.
_ATTITUDE_STD_DEG, _LEAN_DEG = 3.0, 4.0


@dataclass(frozen=True)
class SimulatedFlight:
    """A flight over a source that is known.

    Attributes:
        cells: what the receiver logged.
        source_xy_m: (2,) true place.
        trajectory: kind of its trajectory.
        gain_db: (K,) the gain of this flight, in the basis of `GainProfile`.
        scale: factor of all its shadowing spreads.
    """

    cells: FlightCells
    source_xy_m: FloatArray
    trajectory: str
    gain_db: FloatArray
    scale: float


@dataclass(frozen=True)
class FlightSimulator:
    """Draws flights from a calibration.

    Attributes:
        flight_area, source_area: where the UAV flies, and where the source is.
        source_height_m: height of its antenna.
        cell_m: length of a cell.
        position_std_m: standard deviation of the common shift, east and north, of a flight's logged
            positions.
    """

    calibration: Calibration
    flight_area: Box
    source_area: Box
    source_height_m: float
    cell_m: float
    position_std_m: float
    settings: FlightSimulationSettings

    @classmethod
    def of(
        cls,
        calibration: Calibration | None,
        scenario: ScenarioSettings,
        settings: FlightSimulationSettings,
        *,
        cell_m: float,
        position_std_m: float,
    ) -> FlightSimulator:
        """For the areas of a scenario.

        Raises:
            ValueError: there is no calibration.
        """
        if calibration is None:
            raise ValueError("flights are simulated from a calibration, and there is none")
        frame = LocalFrame.of(scenario)
        return cls(
            calibration,
            Box.of(scenario.flight_area, frame),
            Box.of(scenario.source_area, frame),
            scenario.source_height_m,
            cell_m,
            position_std_m,
            settings,
        )

    def draw(self, seed: int, split: str, index: int) -> SimulatedFlight:
        """The flight of that number; it depends on seed, split and number alone."""
        rng = generator(seed, Stream.SIMULATED_FLIGHT, SPLITS.index(split), index)
        for _ in range(_ATTEMPTS):
            flight = self._draw(rng)
            if flight is not None:
                return flight
        raise ValueError(
            f"the receiver acquired nothing in {_ATTEMPTS} simulated flights; the calibration's "
            f"acquisition at {self.calibration.tracking.acquisition_db:.0f} dB is out of reach"
        )

    def _draw(self, rng: np.random.Generator) -> SimulatedFlight | None:
        trajectory = str(rng.choice(list(TRAJECTORY_KINDS)))
        corners_m = TRAJECTORY_KINDS[trajectory](self.flight_area, rng)
        position_m, travelled_m = self._path(corners_m, rng)
        attitude_rad = _attitude_rad(position_m, rng)
        box = self.source_area
        source_xy_m = rng.uniform([box.west_m, box.south_m], [box.east_m, box.north_m])
        gain_db, scale = self.draw_gain_db(rng), self.draw_scale(rng)
        unit = self._unit(position_m, travelled_m, rng)
        power_db = self.power_db(position_m, attitude_rad, source_xy_m, gain_db, scale, unit)
        tracking = self.calibration.tracking
        acquisition_db = tracking.acquisition_db + rng.normal(0.0, self.settings.acquisition_std_db)
        acquired = acquired_samples(power_db, acquisition_db)
        lost = rng.random(power_db.size) < rng.uniform(0.0, self.settings.lost_share)
        held = tracked_samples(power_db, acquisition_db, tracking.release_db) & ~lost
        if held.sum() < MINIMUM_CELLS:
            return None
        logged_m = self._logged_m(position_m, rng)
        cells = FlightCells(
            position_m=logged_m[held],
            attitude_rad=attitude_rad[held],
            rss_db=power_db[held] + rng.uniform(-1.0, 1.0) * self.settings.level_range_db,
            travelled_m=travelled_m[held],
            quiet_position_m=logged_m[~acquired],
            quiet_attitude_rad=attitude_rad[~acquired],
        )
        return SimulatedFlight(cells, source_xy_m, trajectory, gain_db, scale)

    def redraw(
        self, cells: FlightCells, source_xy_m: FloatArray, rng: np.random.Generator
    ) -> SimulatedFlight:
        """A simulated repeat of a flight that was flown, along the same path.

        Gain, shadowing and the error of the positions are drawn anew. The same cells hold the
        signal, and there are no quiet cells.

        Args:
            source_xy_m: (2,) true place.
        """
        gain_db, scale = self.draw_gain_db(rng), self.draw_scale(rng)
        unit = self._unit(cells.position_m, cells.travelled_m, rng)
        power_db = self.power_db(
            cells.position_m, cells.attitude_rad, source_xy_m, gain_db, scale, unit
        )
        redrawn = replace(
            cells,
            position_m=self._logged_m(cells.position_m, rng),
            rss_db=power_db,
            quiet_position_m=cells.quiet_position_m[:0],
            quiet_attitude_rad=cells.quiet_attitude_rad[:0],
        )
        return SimulatedFlight(redrawn, source_xy_m, FLOWN, gain_db, scale)

    def _logged_m(self, position_m: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Logged positions (C, 3): the true ones, all shifted by the same small error."""
        east_m, north_m = rng.normal(0.0, self.position_std_m, 2)
        return position_m + np.array([east_m, north_m, 0.0])

    def draw_scale(self, rng: np.random.Generator) -> float:
        """Factor that the spreads of a flight share."""
        return float(np.exp(self.calibration.residual.scale_spread * rng.standard_normal()))

    def _path(
        self, corners_m: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        """Positions (C, 3) of the cells, and the length of the path up to each."""
        steps_m = np.linalg.norm(np.diff(corners_m, axis=0), axis=1)
        length_m = min(steps_m.sum(), rng.uniform(self.settings.path_m[0], self.settings.path_m[1]))
        cells = max(2 * MINIMUM_CELLS, int(length_m / self.cell_m))
        travelled_m = (np.arange(cells) + 0.5) * self.cell_m
        low_m, high_m = self.settings.height_m
        first_m, last_m = rng.uniform(low_m, high_m, 2)
        # Half of the flights keep their height.
        heights_m = np.linspace(first_m, last_m if rng.random() < 0.5 else first_m, cells)
        return np.column_stack([along_path(corners_m, travelled_m), heights_m]), travelled_m

    def draw_gain_db(self, rng: np.random.Generator) -> FloatArray:
        """Gain (K,) of a flight, in the basis of `GainProfile`."""
        profile = self.calibration.profile
        mean_db = np.array([*profile.gain_db, *profile.low_db, *profile.high_db])
        return rng.multivariate_normal(mean_db, np.array(profile.covariance_db2))

    def power_db(
        self,
        position_m: FloatArray,
        attitude_rad: FloatArray,
        source_xy_m: FloatArray,
        gain_db: FloatArray,
        scale: float,
        unit: FloatArray,
    ) -> FloatArray:
        """Power (C,) of a source at each cell, in the calibration's own scale.

        Args:
            position_m, attitude_rad: (C, 3) of the cells.
            source_xy_m: (2,) true place.
            gain_db: (K,) the gain, in the basis of `GainProfile`.
            scale: factor of all shadowing spreads.
            unit: (C,) shadowing in units of its spread.
        """
        residual = self.calibration.residual
        source_m = np.array([[*source_xy_m, self.source_height_m]])
        profile = with_gain(self.calibration.profile, gain_db)
        mean_db = Calibrated(profile)(position_m, attitude_rad, source_m)[0]
        _, spread_db = cell_terms(position_m, attitude_rad, source_m, profile, residual)
        return np.asarray(mean_db + scale * spread_db[0] * unit)

    def _unit(
        self, position_m: FloatArray, travelled_m: FloatArray, rng: np.random.Generator
    ) -> FloatArray:
        """Shadowing (C,) along a path, in units of its spread."""
        residual = self.calibration.residual
        root = np.linalg.cholesky(unit_covariance(position_m, travelled_m, residual))
        return np.asarray(root @ heavy_tailed(residual, travelled_m.size, rng))


def heavy_tailed(residual: Residual, count: int, rng: np.random.Generator) -> FloatArray:
    """Draws (count,) of unit variance with the tails of a residual."""
    freedom = residual.tail_freedom
    return np.asarray(rng.standard_t(freedom, count) * np.sqrt((freedom - 2.0) / freedom))


def with_gain(profile: GainProfile, gain_db: FloatArray) -> GainProfile:
    """The profile of a flight whose gain is known: coefficients (K,) without uncertainty."""
    nodes = len(profile.depression_deg)
    none = np.zeros((gain_db.size, gain_db.size))
    return profile.model_copy(
        update={
            "gain_db": tuple(gain_db[:nodes].tolist()),
            "low_db": tuple(gain_db[nodes : nodes + 4].tolist()),
            "high_db": tuple(gain_db[nodes + 4 :].tolist()),
            "covariance_db2": tuple(map(tuple, none.tolist())),
        }
    )


def _attitude_rad(position_m: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Attitude (C, 3): nose along the course or in a fixed direction, leaning into the course."""
    course_m = np.gradient(position_m[:, :2], axis=0)
    course_rad = np.arctan2(course_m[:, 0], course_m[:, 1])  # clockwise from north
    if rng.random() < 0.5:
        yaw_rad = course_rad
    else:
        yaw_rad = np.full(course_rad.size, rng.uniform(-np.pi, np.pi))
    return level_attitude_rad(course_rad, yaw_rad, rng.standard_normal((course_rad.size, 2)))


def level_attitude_rad(
    course_rad: FloatArray, yaw_rad: FloatArray, wobble: FloatArray
) -> FloatArray:
    """Attitude (C, 3) in level flight: leaning into the course, with small deviations.

    Args:
        course_rad, yaw_rad: (C,) of the flight and of the nose, clockwise from north.
        wobble: (C, 2) deviations of roll and pitch, in standard deviations.
    """
    lean_rad = np.radians(_LEAN_DEG)
    ahead, right = np.cos(course_rad - yaw_rad), np.sin(course_rad - yaw_rad)
    wobble_rad = np.radians(_ATTITUDE_STD_DEG) * wobble
    roll_rad = lean_rad * right + wobble_rad[:, 0]
    pitch_rad = -lean_rad * ahead + wobble_rad[:, 1]
    return np.column_stack([roll_rad, pitch_rad, yaw_rad])
