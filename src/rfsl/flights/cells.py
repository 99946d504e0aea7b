"""Cells: a flight averaged over stretches of its path, so that hovering counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.flights.flight import Flight
from rfsl.flights.lock import (
    acquisition_power_db,
    held_samples,
    lock_status,
    quiet_samples,
)
from rfsl.flights.lost import LostStretches
from rfsl.geometry.frames import travelled_m

#: Path between two flights over one source: nothing is correlated over it.
_BETWEEN_FLIGHTS_M = 1e6
#: Fewer cells than this leave a position and a level undetermined.
MINIMUM_CELLS = 5


@dataclass(frozen=True)
class FlightCells:
    """A flight by cells: C cells hold the signal, and in Q quiet cells it was too weak.

    Quiet cells lie before acquisition, or most of their readings were lost (`rfsl.flights.lost`).

    Several flights over one source are one object too (`fused_cells`).

    Attributes:
        position_m: (C, 3) mean position.
        attitude_rad: (C, 3) attitude of the cell's middle sample.
        rss_db: (C,) mean RSS.
        travelled_m: (C,) length of the path at the middle of the cell, rising.
        quiet_position_m, quiet_attitude_rad: (Q, 3) position and attitude of the quiet cells.
        flight, quiet_flight: (C,) and (Q,) number of the flight that each cell is of, from zero on;
            None if they are of one flight.
        quiet_below_db: (Q,) RSS that the signal did not reach in each quiet cell; None if that is
            the RSS at which its flight acquired the signal.
    """

    position_m: FloatArray
    attitude_rad: FloatArray
    rss_db: FloatArray
    travelled_m: FloatArray
    quiet_position_m: FloatArray
    quiet_attitude_rad: FloatArray
    flight: IndexArray | None = None
    quiet_flight: IndexArray | None = None
    quiet_below_db: FloatArray | None = None

    @property
    def acquired_db(self) -> float:
        """RSS at which the receiver acquired the signal, for cells of one flight."""
        return acquisition_power_db(self.rss_db)

    @property
    def flights(self) -> int:
        """Number of flights that the cells are of."""
        return 1 if self.flight is None else int(self.flight.max()) + 1

    def quiet_limit_db(self) -> FloatArray:
        """RSS (Q,) that the signal did not reach in each quiet cell."""
        if self.quiet_below_db is not None:
            return self.quiet_below_db
        return np.full(len(self.quiet_position_m), self.acquired_db)

    def part(self, kept: BoolArray) -> FlightCells:
        """The cells of a mask (C,), with all quiet cells."""
        return FlightCells(
            position_m=self.position_m[kept],
            attitude_rad=self.attitude_rad[kept],
            rss_db=self.rss_db[kept],
            travelled_m=self.travelled_m[kept],
            quiet_position_m=self.quiet_position_m,
            quiet_attitude_rad=self.quiet_attitude_rad,
            flight=None if self.flight is None else self.flight[kept],
            quiet_flight=self.quiet_flight,
            quiet_below_db=self.quiet_below_db,
        )

    def merged(self, cell_m: float) -> FlightCells:
        """The same flight by longer cells; quiet cells are thinned in the same proportion."""
        longer = _Stretches.of(self.travelled_m, np.ones(self.rss_db.size, dtype=bool), cell_m)
        own_m = float(np.diff(self.travelled_m).min()) if self.travelled_m.size > 1 else cell_m
        thinned = slice(None, None, max(1, round(cell_m / own_m)))
        return FlightCells(
            position_m=longer.means(self.position_m),
            attitude_rad=self.attitude_rad[longer.middle],
            rss_db=longer.means(self.rss_db[:, None])[:, 0],
            travelled_m=longer.along_m(cell_m),
            quiet_position_m=self.quiet_position_m[thinned],
            quiet_attitude_rad=self.quiet_attitude_rad[thinned],
            quiet_below_db=None if self.quiet_below_db is None else self.quiet_below_db[thinned],
        )


def flight_cells(flight: Flight, cell_m: float, settings: FlightSettings) -> FlightCells:
    """Average a flight over cells of its path.

    Args:
        cell_m: length of a cell.
        settings: decide which samples hold the signal (see `rfsl.flights.lock`), and whether lost
            readings are evidence (`rfsl.flights.lost`).

    Raises:
        UnusableFlightError: fewer than `MINIMUM_CELLS` cells hold the signal.
    """
    along_m = travelled_m(flight.position_m)
    held = _Stretches.of(along_m, held_samples(flight, settings), cell_m)
    if held.number.size < MINIMUM_CELLS:
        raise UnusableFlightError(
            f"the receiver held the signal on {held.number.size} stretches of {cell_m:g} m; "
            f"{MINIMUM_CELLS} are needed"
        )
    quiet = _Stretches.of(along_m, quiet_samples(flight, settings), cell_m)
    cells = FlightCells(
        position_m=held.means(flight.position_m),
        attitude_rad=flight.attitude_rad[held.middle],
        rss_db=held.means(flight.rss_db[:, None])[:, 0],
        travelled_m=held.along_m(cell_m),
        quiet_position_m=quiet.means(flight.position_m),
        quiet_attitude_rad=flight.attitude_rad[quiet.middle],
    )
    if settings.lost_readings == "left_out":
        return cells
    return _with_lost(cells, LostStretches.of(flight, cell_m))


def _with_lost(cells: FlightCells, lost: LostStretches) -> FlightCells:
    """Cells of a flight with stretches of lost readings as further quiet cells."""
    count = len(lost.position_m)
    if count == 0:
        return cells
    return replace(
        cells,
        quiet_position_m=np.concatenate([cells.quiet_position_m, lost.position_m]),
        quiet_attitude_rad=np.concatenate([cells.quiet_attitude_rad, lost.attitude_rad]),
        quiet_below_db=np.append(cells.quiet_limit_db(), np.full(count, lost.below_db)),
    )


def fused_cells(flights: Sequence[FlightCells]) -> FlightCells:
    """The cells of several flights over one source, in one local frame, as one object.

    Args:
        flights: the cells of each, one flight each; a single one is returned as it is.

    Example:
        >>> none_m, at_m = np.empty((0, 3)), np.zeros((2, 3))
        >>> one = FlightCells(at_m, at_m, np.zeros(2), np.array([5.0, 15.0]), none_m, none_m)
        >>> both = fused_cells([one, one])
        >>> both.flight.tolist(), both.travelled_m.tolist()
        ([0, 0, 1, 1], [5.0, 15.0, 1000020.0, 1000030.0])
    """
    if len(flights) == 1:
        return flights[0]
    travelled: list[FloatArray] = []
    for cells in flights:
        before_m = travelled[-1][-1] + _BETWEEN_FLIGHTS_M if travelled else 0.0
        travelled.append(cells.travelled_m + before_m)
    numbers = np.arange(len(flights))
    return FlightCells(
        position_m=np.concatenate([cells.position_m for cells in flights]),
        attitude_rad=np.concatenate([cells.attitude_rad for cells in flights]),
        rss_db=np.concatenate([cells.rss_db for cells in flights]),
        travelled_m=np.concatenate(travelled),
        quiet_position_m=np.concatenate([cells.quiet_position_m for cells in flights]),
        quiet_attitude_rad=np.concatenate([cells.quiet_attitude_rad for cells in flights]),
        flight=np.repeat(numbers, [cells.rss_db.size for cells in flights]),
        quiet_flight=np.repeat(numbers, [len(cells.quiet_position_m) for cells in flights]),
        quiet_below_db=np.concatenate([cells.quiet_limit_db() for cells in flights]),
    )


def usable_cells(flight: Flight, cell_m: float, settings: FlightSettings) -> FlightCells | None:
    """`flight_cells`, or None if the receiver held the signal too rarely."""
    usable, _ = lock_status(flight, settings)
    if not usable:
        return None
    try:
        return flight_cells(flight, cell_m, settings)
    except UnusableFlightError:
        return None


@dataclass(frozen=True)
class _Stretches:
    """Chosen samples by stretch of the path.

    Attributes:
        samples: (S,) numbers of the chosen samples.
        number: (C,) number of each stretch that has some.
        first, count: (C,) where its samples begin in `samples`, and how many they are.
    """

    samples: IndexArray
    number: IndexArray
    first: IndexArray
    count: IndexArray

    @classmethod
    def of(cls, along_m: FloatArray, chosen: BoolArray, cell_m: float) -> _Stretches:
        samples = np.flatnonzero(chosen)
        place = (along_m[samples] // cell_m).astype(np.intp)
        return cls(samples, *np.unique(place, return_index=True, return_counts=True))

    @property
    def middle(self) -> IndexArray:
        """Number (C,) of each stretch's middle sample."""
        return self.samples[self.first + self.count // 2]

    def along_m(self, cell_m: float) -> FloatArray:
        """Length of the path (C,) at the middle of each stretch."""
        return np.asarray((self.number + 0.5) * cell_m)

    def means(self, values: FloatArray) -> FloatArray:
        """Means (C, K) of the samples' values (S, K)."""
        if self.first.size == 0:
            return np.empty((0, values.shape[1]))
        total = np.add.reduceat(values[self.samples], self.first, axis=0)
        return np.asarray(total / self.count[:, None])
