"""A flight averaged over stretches of its path, so that hovering counts once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.flights import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.flights.flight import Flight
from rfsl.flights.lock import held_samples, lock_status, quiet_samples
from rfsl.geometry.frames import travelled_m

#: Fewer cells than this leave a position and a level undetermined.
MINIMUM_CELLS = 5
#: A receiver takes two seconds to acquire: it did so at the strongest of its first cells.
_ACQUISITION_CELLS = 3


@dataclass(frozen=True)
class FlightCells:
    """A flight by stretch of its path: C of them hold the signal, Q came before it was acquired.

    Attributes:
        position_m: (C, 3) mean position.
        attitude_rad: (C, 3) attitude of the stretch's middle sample.
        rss_db: (C,) mean RSS.
        travelled_m: (C,) length of the path at the middle of the stretch, rising.
        quiet_position_m, quiet_attitude_rad: (Q, 3) the same of the stretches before acquisition,
            where the signal was weaker than it was then.
    """

    position_m: FloatArray
    attitude_rad: FloatArray
    rss_db: FloatArray
    travelled_m: FloatArray
    quiet_position_m: FloatArray
    quiet_attitude_rad: FloatArray

    @property
    def acquired_db(self) -> float:
        """RSS at which the receiver acquired the signal."""
        return float(self.rss_db[:_ACQUISITION_CELLS].max())

    def merged(self, cell_m: float) -> FlightCells:
        """The same by longer stretches; those from before acquisition are thinned alike."""
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
        )


def flight_cells(flight: Flight, cell_m: float, settings: FlightSettings) -> FlightCells:
    """Average a flight over stretches of `cell_m` of its path.

    Raises:
        UnusableFlightError: fewer than `MINIMUM_CELLS` stretches hold the signal.
    """
    along_m = travelled_m(flight.position_m)
    held = _Stretches.of(along_m, held_samples(flight, settings), cell_m)
    if held.number.size < MINIMUM_CELLS:
        raise UnusableFlightError(
            f"the receiver held the signal on {held.number.size} stretches of {cell_m:g} m; "
            f"{MINIMUM_CELLS} are needed"
        )
    quiet = _Stretches.of(along_m, quiet_samples(flight, settings), cell_m)
    return FlightCells(
        position_m=held.means(flight.position_m),
        attitude_rad=flight.attitude_rad[held.middle],
        rss_db=held.means(flight.rss_db[:, None])[:, 0],
        travelled_m=held.along_m(cell_m),
        quiet_position_m=quiet.means(flight.position_m),
        quiet_attitude_rad=flight.attitude_rad[quiet.middle],
    )


def usable_cells(flight: Flight, cell_m: float, settings: FlightSettings) -> FlightCells | None:
    """The same; None where the receiver locked too rarely, or held too few stretches."""
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
