"""Worlds in which any path can be flown: one source, one gain, one field of shadowing.

Planners are compared in the same worlds. So everything that a flight would draw is drawn once for a
world, and what is measured follows from the path alone. Part of the shadowing is a field over the
ground: a UAV that comes back meets it again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray
from rfsl.flights.cells import MINIMUM_CELLS, FlightCells
from rfsl.flights.lock import acquired_samples, tracked_samples
from rfsl.geometry.frames import Box
from rfsl.propagation.shadowing import Residual
from rfsl.randomness import SPLITS, Stream, generator
from rfsl.simulation.flights import FlightSimulator, heavy_tailed, level_attitude_rad

#: Points of the field in a correlation distance.
_POINTS = 8
#: The field repeats itself this many correlation distances beyond the area.
_BEYOND = 12.0


@dataclass(frozen=True)
class ShadowingField:
    """A Gaussian field of unit variance over the ground, with exponential correlation.

    Attributes:
        corner_m: (2,) of the first value.
        step_m: distance between values.
        values: (rows, columns); row 0 is the south edge.
    """

    corner_m: FloatArray
    step_m: float
    values: FloatArray

    @classmethod
    def draw(cls, area: Box, distance_m: float, rng: np.random.Generator) -> ShadowingField:
        """A field with correlation exp(−d / `distance_m`) over an area, by FFT on a torus.

        Its correlation is exact up to the values of the spectrum that are below zero, which are set
        to zero (Dietrich & Newsam, "Fast and exact simulation of stationary Gaussian processes
        through circulant embedding of the covariance matrix", 1997).
        """
        from scipy import fft  # here, since it loads slowly

        step_m = distance_m / _POINTS
        sizes_m = 2.0 * np.array(area.half_size_m) + _BEYOND * distance_m
        columns, rows = (fft.next_fast_len(int(np.ceil(size / step_m))) for size in sizes_m)
        east = np.minimum(np.arange(columns), columns - np.arange(columns))
        north = np.minimum(np.arange(rows), rows - np.arange(rows))
        correlation = np.exp(-np.hypot(*np.meshgrid(east, north)) * step_m / distance_m)
        spectrum = np.maximum(fft.fft2(correlation).real, 0.0)
        noise = fft.fft2(rng.standard_normal((rows, columns)))
        values = fft.ifft2(np.sqrt(spectrum) * noise).real
        return cls(np.array([area.west_m, area.south_m]), step_m, values / np.sqrt(spectrum.mean()))

    def __call__(self, xy_m: FloatArray) -> FloatArray:
        """Values (C,) nearest to positions (C, 2)."""
        column, row = np.rint((xy_m - self.corner_m) / self.step_m).astype(int).T
        rows, columns = self.values.shape
        return np.asarray(self.values[row % rows, column % columns])


@dataclass(frozen=True)
class World:
    """One source and everything that its signal meets.

    Attributes:
        simulator: areas, heights, calibration and receiver.
        source_xy_m: (2,) true place.
        gain_db: (K,) the gain, in the basis of `GainProfile`.
        scale: factor of all shadowing spreads.
        yaw_rad: of the nose, clockwise from north; None if it is along the course.
        field: shadowing that belongs to the place.
        place_share: its share of the correlated variance.
        path_unit: (M,) unit shadowing along the path by cell; correlated.
        own_unit: (M,) unit shadowing that each cell has of its own.
        wobble: (M, 2) unit deviations of roll and pitch.
        lost: (M,) cells that are lost after acquisition.
        acquisition_db: power at which the receiver acquires.
        level_db: unknown constant of the logged power.
        shift_m: (2,) common error of the logged positions.
    """

    simulator: FlightSimulator
    source_xy_m: FloatArray
    gain_db: FloatArray
    scale: float
    yaw_rad: float | None
    field: ShadowingField
    place_share: float
    path_unit: FloatArray
    own_unit: FloatArray
    wobble: FloatArray
    lost: BoolArray
    acquisition_db: float
    level_db: float
    shift_m: FloatArray

    @classmethod
    def draw(
        cls,
        simulator: FlightSimulator,
        place_shares: tuple[float, float],
        cells: int,
        seed: int,
        split: str,
        index: int,
    ) -> World:
        """The world of that number; it depends on seed, split and number alone.

        Innovations along the path and of single cells have the heavy tails of the calibration. The
        field is Gaussian.

        Args:
            place_shares: the share of the place is uniform between these two.
            cells: M, the largest number of cells of a flight.
        """
        rng = generator(seed, Stream.WORLD, SPLITS.index(split), index)
        residual, settings = simulator.calibration.residual, simulator.settings
        box = simulator.source_area
        source_xy_m = rng.uniform([box.west_m, box.south_m], [box.east_m, box.north_m])
        yaw_rad = rng.uniform(-np.pi, np.pi) if rng.random() < 0.5 else None
        tracking = simulator.calibration.tracking
        return cls(
            simulator=simulator,
            source_xy_m=source_xy_m,
            gain_db=simulator.draw_gain_db(rng),
            scale=simulator.draw_scale(rng),
            yaw_rad=yaw_rad,
            acquisition_db=tracking.acquisition_db + rng.normal(0.0, settings.acquisition_std_db),
            level_db=rng.uniform(-1.0, 1.0) * settings.level_range_db,
            shift_m=rng.normal(0.0, simulator.position_std_m, 2),
            lost=rng.random(cells) < rng.uniform(0.0, settings.lost_share),
            wobble=rng.standard_normal((cells, 2)),
            path_unit=_along(simulator.cell_m, cells, residual, rng),
            own_unit=heavy_tailed(residual, cells, rng),
            field=ShadowingField.draw(simulator.flight_area, residual.correlation_distance_m, rng),
            place_share=rng.uniform(*place_shares),
        )

    @property
    def inside(self) -> bool:
        """Whether the source is inside the flight area."""
        return self.simulator.flight_area.distance_outside_m(*self.source_xy_m) == 0.0

    def fly(
        self, position_m: FloatArray, course_rad: FloatArray, along_m: FloatArray
    ) -> FlightCells | None:
        """What a flight logs; None if the receiver holds the signal in too few cells.

        A flight that goes on keeps what it had logged.

        Args:
            position_m: (C, 3) the cells of its path, C ≤ M.
            course_rad: (C,) direction of flight, clockwise from north.
            along_m: (C,) length of the path at each cell.
        """
        count = along_m.size
        if count < MINIMUM_CELLS:
            return None
        yaw_rad = course_rad if self.yaw_rad is None else np.full(count, self.yaw_rad)
        attitude_rad = level_attitude_rad(course_rad, yaw_rad, self.wobble[:count])
        unit = np.sqrt(self.place_share) * self.field(position_m[:, :2])
        unit += np.sqrt(1.0 - self.place_share) * self.path_unit[:count]
        unit += self.simulator.calibration.residual.uncorrelated * self.own_unit[:count]
        power_db = self.simulator.power_db(
            position_m, attitude_rad, self.source_xy_m, self.gain_db, self.scale, unit
        )
        tracking = self.simulator.calibration.tracking
        acquired = acquired_samples(power_db, self.acquisition_db)
        held = tracked_samples(power_db, self.acquisition_db, tracking.release_db)
        held &= ~self.lost[:count]
        if held.sum() < MINIMUM_CELLS:
            return None
        logged_m = position_m + np.array([*self.shift_m, 0.0])
        return FlightCells(
            position_m=logged_m[held],
            attitude_rad=attitude_rad[held],
            rss_db=power_db[held] + self.level_db,
            travelled_m=along_m[held],
            quiet_position_m=logged_m[~acquired],
            quiet_attitude_rad=attitude_rad[~acquired],
        )


def _along(cell_m: float, count: int, residual: Residual, rng: np.random.Generator) -> FloatArray:
    """First-order autoregression of unit variance over cells of a path."""
    from scipy.signal import lfilter  # here, since it loads slowly

    keep = np.exp(-cell_m / residual.correlation_distance_m)
    fresh = np.sqrt(1.0 - keep**2) * heavy_tailed(residual, count, rng)
    fresh[0] /= np.sqrt(1.0 - keep**2)
    return np.asarray(lfilter([1.0], [1.0, -keep], fresh))
