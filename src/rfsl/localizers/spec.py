"""What a classical localizer is, and what the workflow has to know about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.config.calibration import GainShapeSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.flights.cells import FlightCells, flight_cells
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import Box
from rfsl.localizers.posterior import Estimate
from rfsl.propagation.calibration_file import Calibration
from rfsl.propagation.spec import PropagationModel

#: The localizer of modes that are trained networks on feature vectors.
NETWORK = "realadaptrnet"
#: The localizer of modes that are trained networks on radio maps.
HEATMAP = "heatmap"
#: The posterior that modes are compared with on simulated flights; no mode has its name.
IDEAL = "ideal"


class Localizer(Protocol):
    """A position from one flight."""

    def __call__(self, flight: Flight) -> Estimate:
        """Estimated position, with its posterior if the localizer has one.

        Raises:
            UnusableFlightError: the flight is not enough for an estimate; the user reads why.
        """
        ...


@runtime_checkable
class CellLocalizer(Protocol):
    """A localizer that needs only the cells of a flight."""

    def locate(self, cells: FlightCells) -> Estimate:
        """Estimated position, with its posterior."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """Everything that a localizer knows apart from the flight.

    Attributes:
        area: where the source may be.
        source_height_m: height of the source's antenna above ground.
        settings, flights: blocks of the config.
        model: propagation model, for those that need one.
        calibration: that of the trial's fold, where the model needs it.
        weights: files of the set networks of that fold, for those that use them.
        pool: file with the weights by which they are combined with kriging.
        set_cell_m: length of the cells that they were trained on.
        gain_shape: shape of the gain, for localizers that assume one where there is no calibration.
    """

    area: Box
    source_height_m: float
    settings: LocalizerSettings
    flights: FlightSettings
    model: PropagationModel | None = None
    calibration: Calibration | None = None
    weights: tuple[Path, ...] = ()
    pool: Path | None = None
    set_cell_m: float = 0.0
    gain_shape: GainShapeSettings | None = None

    def cells(self, flight: Flight) -> FlightCells:
        """The flight, averaged over cells of its path.

        Raises:
            UnusableFlightError: too few cells hold the signal.
        """
        return flight_cells(flight, self.settings.cell_m, self.flights)

    def sources_m(self, xy_m: FloatArray) -> FloatArray:
        """Candidates (N, 2) on the ground as positions (N, 3) of the source's antenna."""
        return on_ground_m(xy_m, self.source_height_m)


def on_ground_m(xy_m: FloatArray, source_height_m: float) -> FloatArray:
    """Candidates (N, 2) on the ground as positions (N, 3) of the source's antenna."""
    return np.column_stack([xy_m, np.full(len(xy_m), source_height_m)])


@dataclass(frozen=True)
class LocalizerSpec:
    """A localizer for the registry: each module of `methods/` has one, called `SPEC`.

    Attributes:
        build: makes the localizer.
        needs: keys that its mode must name (`propagation`, or none).
        networks: whether it uses set networks: each alone, all together, or none.
        assumes_gain: whether it needs `Surroundings.gain_shape` where there is no calibration.
        fuses: whether it is a `CellLocalizer` that takes the cells of several flights
            (`rfsl.flights.cells.fused_cells`).
    """

    build: Callable[[Surroundings], Localizer]
    needs: tuple[str, ...] = ()
    networks: Literal["none", "each", "all"] = "none"
    assumes_gain: bool = False
    fuses: bool = False
