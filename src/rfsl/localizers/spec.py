"""What a classical localizer is, and what the workflow has to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rfsl.calibrated import Calibration
from rfsl.config import FlightSettings, LocalizerSettings
from rfsl.flights import Flight
from rfsl.frames import Box
from rfsl.posterior import Estimate
from rfsl.propagation import PropagationModel

#: The localizer of modes that are trained networks.
NETWORK = "realadaptrnet"


class Localizer(Protocol):
    """A position from one flight."""

    def __call__(self, flight: Flight) -> Estimate:
        """Estimated position, with its posterior if the localizer has one.

        Raises:
            UnusableFlightError: the flight says too little, in words for the user.
        """
        ...


@dataclass(frozen=True)
class Surroundings:
    """What a localizer knows beside the flight.

    Attributes:
        area: where the source may be.
        source_height_m: its height above ground.
        settings, flights: blocks of the config.
        model: propagation model, for those that need one.
        calibration: that of the trial's fold, where the model needs it.
    """

    area: Box
    source_height_m: float
    settings: LocalizerSettings
    flights: FlightSettings
    model: PropagationModel | None = None
    calibration: Calibration | None = None


@dataclass(frozen=True)
class LocalizerSpec:
    """A localizer for the registry: each module of `methods/` has one, called `SPEC`.

    Attributes:
        build: makes the localizer.
        needs: keys of its mode that have to be given (`propagation`, or none).
    """

    build: Callable[[Surroundings], Localizer]
    needs: tuple[str, ...] = ()
