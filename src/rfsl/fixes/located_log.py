"""Logs and the area of their source: read in one local frame, and checked to be at one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from rfsl.arrays import FloatArray
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


def located_logs(
    logs: Sequence[str | Path],
    given: AreaSource | None,
    scenario: ScenarioSettings,
    settings: FlightSettings,
    positions: str | Path | None = None,
    positions_offset_s: float = 0.0,
) -> tuple[SourceArea, list[Flight]]:
    """The area where the source may be, and the whole flights in the area's local frame.

    Without a given area, the area is `scenario.source_area` if all flights are near it. Else it is
    the box round the tracks with a margin (see `SourceArea.around`).

    Args:
        logs: files or folders of logs of one source, of any known format.
        given: file or shape of the area, if it is known.
        scenario: the config's scenario.
        settings: how the logs are checked and cut; the flights are read beyond `duration_s`, and
            the box is round their first `duration_s`.
        positions: file with the positions, if there is one log, which holds the power alone.
        positions_offset_s: added to the clock of the positions.

    Raises:
        FlightError: a log cannot be read, a flight stays far outside the given area, or the flights
            are far from each other.
        DataError: see `SourceArea.of`.
    """
    area = SourceArea.of(given, scenario)
    frame = LocalFrame.of(area.scenario)
    reach_m = max(settings.maximum_distance_m, 2.0 * area.diagonal_m)
    wide = settings.whole().model_copy(update={"maximum_distance_m": reach_m})
    read = partial(
        read_log,
        positions=positions,
        positions_offset_s=positions_offset_s,
        carrier_hz=scenario.frequency_hz,
    )
    flights: list[Flight] = []
    for log in logs:
        try:
            flights.append(read(log, frame, wide))
        except ElsewhereError as error:
            if given is not None or error.fits:
                raise
            return _elsewhere(logs, error, scenario, settings, read)
    near_m = max(_NEAR_M, _DIAGONALS * area.diagonal_m)
    away_m = [area.away_m(f.until(settings.duration_s).position_m[:, :2]) for f in flights]
    if max(away_m) <= near_m:
        return area, flights
    if given is None:
        return _around(logs, flights, frame, scenario, settings)
    farthest = int(np.argmax(away_m))
    raise FlightError(
        f"{logs[farthest]}: the flight stays {_told(away_m[farthest])} outside the area in which "
        f"the source may be ({area.name}), which is {_told(area.diagonal_m)} across. Name the area "
        "of this flight, or leave the area out: then it is the box round the track"
    )


def _elsewhere(
    logs: Sequence[str | Path],
    error: ElsewhereError,
    scenario: ScenarioSettings,
    settings: FlightSettings,
    read: Callable[[str | Path, LocalFrame, FlightSettings], Flight],
) -> tuple[SourceArea, list[Flight]]:
    """The box round flights far from the scenario, one of which said where it is."""
    frame = LocalFrame(error.latitude_deg, error.longitude_deg)
    try:
        flights = [read(log, frame, settings.whole()) for log in logs]
    except ElsewhereError as other:
        if len(logs) == 1:
            raise
        raise FlightError(
            f"{other}. Logs that are named together are of flights over one source: name logs of "
            "other places in a command of their own"
        ) from None
    return _around(logs, flights, frame, scenario, settings)


def outside_area(area: SourceArea, track_m: FloatArray) -> Iterator[tuple[str, str]]:
    """A warning if no place of the tracks (S, 2) is in the area: its flag and its text."""
    away_m = area.away_m(track_m)
    if away_m > 0.0:
        yield "outside_area", f"the flight stays {_told(away_m)} outside the area ({area.name})"


def _around(
    logs: Sequence[str | Path],
    flights: Sequence[Flight],
    frame: LocalFrame,
    scenario: ScenarioSettings,
    settings: FlightSettings,
) -> tuple[SourceArea, list[Flight]]:
    """The box round the parts of the tracks that hold the signal, and the flights in its frame."""
    known = SourceArea.of(None, scenario)
    tracks_m = [_held_track_m(flight.until(settings.duration_s), settings) for flight in flights]
    for log, track_m in zip(logs, tracks_m, strict=True):
        apart_m = float(np.linalg.norm(track_m[0] - tracks_m[0][0]))
        if apart_m > settings.maximum_distance_m:
            raise FlightError(
                f"{log}: the flight is {_told(apart_m)} away from that of {logs[0]}; logs that are "
                "named together are of flights over one source"
            )
    area = SourceArea.around(np.concatenate(tracks_m), frame, scenario)
    moved = []
    away_m = np.inf
    for flight in flights:
        latitude_deg, longitude_deg = frame.to_geodetic(*flight.position_m[:, :2].T)
        known_m = LocalFrame.of(known.scenario).distance_m(latitude_deg, longitude_deg)
        away_m = min(away_m, float(known_m.min()))
        to = LocalFrame.of(area.scenario)
        lost = replace(flight.lost, position_m=_moved(flight.lost.position_m, frame, to))
        moved.append(replace(flight, position_m=_moved(flight.position_m, frame, to), lost=lost))
    note = (
        f"no area was named, and {known.name} is {_told(away_m)} away, so the area is {area.name}; "
        "name the area where the source may be (--area) if you know it"
    )
    return replace(area, notes=(note,)), moved


def _moved(position_m: FloatArray, frame: LocalFrame, to: LocalFrame) -> FloatArray:
    """Positions (S, 3) of a local frame in another one; heights stay."""
    x_m, y_m = to.to_local(*frame.to_geodetic(*position_m[:, :2].T))
    return np.column_stack([x_m, y_m, position_m[:, 2]])


def _held_track_m(flight: Flight, settings: FlightSettings) -> FloatArray:
    """Places (S, 2) where a flight holds the signal; all, if it never does."""
    held = held_samples(flight, settings)
    return flight.position_m[held if held.any() else np.ones_like(held), :2]


def _told(length_m: float) -> str:
    if length_m < 1_000.0:
        return f"{length_m:.0f} m"
    return f"{length_m / 1_000.0:,.{1 if length_m < 10_000.0 else 0}f} km"
