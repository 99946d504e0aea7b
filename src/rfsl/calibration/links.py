"""Flights over known sources as the calibration sees them: geometry and RSS of each sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rfsl.arrays import BoolArray, FloatArray, IndexArray
from rfsl.config.flights import FlightSettings
from rfsl.flights.flight import Flight
from rfsl.flights.lock import locked_by_quality
from rfsl.geometry.frames import travelled_m
from rfsl.geometry.links import body_rotation, link_geometry


@dataclass(frozen=True)
class CalibrationFlight:
    """A flight over a known source; its kind is as in the trials table."""

    trial: str
    flight: Flight
    source_xy_m: tuple[float, float]
    kind: str = "synthetic"


@dataclass(frozen=True)
class Links:
    """The link between UAV and source at each of S samples; all arrays (S,).

    Attributes:
        trial: name of the trial.
        time_s: time.
        travelled_m: length of the path flown so far.
        distance_m: direct distance d_3.
        depression_rad: angle of the source below the horizontal.
        azimuth_rad: azimuth of the source in the body frame.
        rss_db: measured power.
        locked: whether the receiver held the signal.
    """

    trial: str
    time_s: FloatArray
    travelled_m: FloatArray
    distance_m: FloatArray
    depression_rad: FloatArray
    azimuth_rad: FloatArray
    rss_db: FloatArray
    locked: BoolArray

    def blocks(self, duration_s: float) -> IndexArray:
        """Number of the stretch of `duration_s` that each sample lies in."""
        return (self.time_s // duration_s).astype(np.intp)


def links_of(item: CalibrationFlight, source_height_m: float, settings: FlightSettings) -> Links:
    """Geometry of a flight against its source, with the flown attitude."""
    flight = item.flight
    source_m = np.array([[*item.source_xy_m, source_height_m]])
    geometry = link_geometry(flight.position_m, source_m)
    _, azimuth_rad = geometry.direct_in_body(body_rotation(flight.attitude_rad))
    return Links(
        trial=item.trial,
        time_s=flight.time_s,
        travelled_m=travelled_m(flight.position_m),
        distance_m=geometry.direct_m[0],
        depression_rad=geometry.depression_rad[0],
        azimuth_rad=azimuth_rad[0],
        rss_db=flight.rss_db,
        locked=locked_by_quality(flight, settings),
    )
