"""A log and the area of its source: read in one local frame, and checked to be at one place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import ElsewhereError, FlightError
from rfsl.fixes.area_files import AreaSource
from rfsl.fixes.areas import SourceArea
from rfsl.flights.flight import Flight
from rfsl.flights.lock import held_samples
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame

#: A flight that stays farther than this from an area, and farther than some of its diagonals, is
#: one of another place.
_NEAR_M, _DIAGONALS = 1_000.0, 2.0


def located_log(
    log: str | Path,
    given: AreaSource | None,
    scenario: ScenarioSettings,
    settings: FlightSettings,
    positions: str | Path | None = None,
    positions_offset_s: float = 0.0,
) -> tuple[SourceArea, Flight]:
    """The area where the source may be, and the whole flight in the area's local frame.

    Without a given area, the area is `scenario.source_area` if the flight is near it. Else it is
    the box round the track with a margin (see `SourceArea.around`).

    Args:
        log: file or folder of a log, of any known format.
        given: file or shape of the area, if it is known.
        scenario: the config's scenario.
        settings: how the log is checked and cut; the flight is read beyond `duration_s`, and the
            box is round its first `duration_s`.
        positions: file with the positions, if the log holds the power alone.
        positions_offset_s: added to the clock of the positions.

    Raises:
        FlightError: the log cannot be read, or the flight stays far outside the given area.
        DataError: see `SourceArea.of`.
    """
    area = SourceArea.of(given, scenario)
    frame = LocalFrame.of(area.scenario)
    reach_m = max(settings.maximum_distance_m, 2.0 * area.diagonal_m)
    wide = settings.whole().model_copy(update={"maximum_distance_m": reach_m})
    carrier_hz = scenario.frequency_hz
    try:
        flight = read_log(log, frame, wide, positions, positions_offset_s, carrier_hz)
    except ElsewhereError as error:
        if given is not None or error.fits:
            raise
        frame = LocalFrame(error.latitude_deg, error.longitude_deg)
        whole = settings.whole()
        flight = read_log(log, frame, whole, positions, positions_offset_s, carrier_hz)
        return _around(flight, frame, scenario, settings)
    away_m = area.away_m(flight.until(settings.duration_s).position_m[:, :2])
    if away_m <= max(_NEAR_M, _DIAGONALS * area.diagonal_m):
        return area, flight
    if given is None:
        return _around(flight, frame, scenario, settings)
    raise FlightError(
        f"{log}: the flight stays {_told(away_m)} outside the area in which the source may be "
        f"({area.name}), which is {_told(area.diagonal_m)} across. Name the area of this flight, "
        "or leave the area out: then it is the box round the track"
    )


def outside_area(area: SourceArea, flight: Flight) -> Iterator[tuple[str, str]]:
    """A warning if the flight never enters the area: its flag and its text."""
    away_m = area.away_m(flight.position_m[:, :2])
    if away_m > 0.0:
        yield "outside_area", f"the flight stays {_told(away_m)} outside the area ({area.name})"


def _around(
    flight: Flight, frame: LocalFrame, scenario: ScenarioSettings, settings: FlightSettings
) -> tuple[SourceArea, Flight]:
    """The box round the part of the track that holds the signal, and the flight in its frame."""
    known = SourceArea.of(None, scenario)
    latitude_deg, longitude_deg = frame.to_geodetic(*flight.position_m[:, :2].T)
    used = flight.until(settings.duration_s)
    held = held_samples(used, settings)
    track_m = used.position_m[held if held.any() else np.ones_like(held), :2]
    area = SourceArea.around(track_m, frame, scenario)
    x_m, y_m = LocalFrame.of(area.scenario).to_local(latitude_deg, longitude_deg)
    away_m = float(LocalFrame.of(known.scenario).distance_m(latitude_deg, longitude_deg).min())
    note = (
        f"no area was named, and {known.name} is {_told(away_m)} away, so the area is {area.name}; "
        "name the area where the source may be (--area) if you know it"
    )
    moved = replace(flight, position_m=np.column_stack([x_m, y_m, flight.position_m[:, 2]]))
    return replace(area, notes=(note,)), moved


def _told(length_m: float) -> str:
    if length_m < 1_000.0:
        return f"{length_m:.0f} m"
    return f"{length_m / 1_000.0:,.{1 if length_m < 10_000.0 else 0}f} km"
