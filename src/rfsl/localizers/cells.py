"""A flight averaged over stretches of its path, so that hovering counts once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config import FlightSettings
from rfsl.errors import UnusableFlightError
from rfsl.flights import Flight, held_samples
from rfsl.frames import travelled_m

#: Fewer cells than this leave a position and a level undetermined.
MINIMUM_CELLS = 5


@dataclass(frozen=True)
class FlightCells:
    """A flight's held samples by stretch of its path, C stretches in the order of time.

    Attributes:
        position_m: (C, 3) mean position.
        attitude_rad: (C, 3) attitude of the stretch's middle sample.
        rss_db: (C,) mean RSS.
        travelled_m: (C,) length of the path at the middle of the stretch.
    """

    position_m: FloatArray
    attitude_rad: FloatArray
    rss_db: FloatArray
    travelled_m: FloatArray


def flight_cells(flight: Flight, cell_m: float, settings: FlightSettings) -> FlightCells:
    """Average the samples that hold the signal over stretches of `cell_m` of the path.

    Raises:
        UnusableFlightError: fewer than `MINIMUM_CELLS` stretches hold such a sample.
    """
    held = np.flatnonzero(held_samples(flight, settings))
    place = (travelled_m(flight.position_m)[held] // cell_m).astype(np.intp)
    names, first, count = np.unique(place, return_index=True, return_counts=True)
    if names.size < MINIMUM_CELLS:
        raise UnusableFlightError(
            f"the receiver held the signal on {names.size} stretches of {cell_m:g} m; "
            f"{MINIMUM_CELLS} are needed"
        )
    means = [
        np.add.reduceat(values[held], first, axis=0)
        for values in (flight.position_m, flight.rss_db[:, None])
    ]
    position_m, rss_db = (total / count[:, None] for total in means)
    middle = held[first + count // 2]
    along_m = (names + 0.5) * cell_m
    return FlightCells(position_m, flight.attitude_rad[middle], rss_db[:, 0], along_m)
