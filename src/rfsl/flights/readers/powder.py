"""Measurements of the POWDER testbed: a handheld transmitter, and many fixed receivers.

A JSON object by time (https://github.com/mhrafi66/wireless_localization_frs_uofu):

    {"2022-04-25 14:12:32": {
        "rx_data": [[rss_db, latitude, longitude, "name of the receiver"], ...],
        "tx_coords": [[latitude, longitude]],
        "metadata": [{"power": 1, "transport": "walking", "radio": "TXA"}]}, ...}

A link has the same loss in both directions, so a receiver is located as a source is: the positions
of the flight are those of the transmitter, and the rows of one receiver are chosen by its name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rfsl.arrays import FloatArray
from rfsl.errors import FlightError
from rfsl.flights.readers.raw_table import FEW_DAMAGED, RawTable
from rfsl.flights.readers.times import unix_s

if TYPE_CHECKING:
    import pyarrow as pa

#: The first record is within so many characters.
_START = 100_000
#: Figures of a transmitter that rows can be chosen by, by their names in the metadata.
_METADATA = {"transport": "transport", "radio": "radio", "power": "tx_power"}
#: A receiver that moves farther than this, about 100 m, is at no one place.
_MOVES_DEG = 1e-3
#: Names that a note lists.
_LISTED = 6


def is_powder(text: str) -> bool:
    """Whether a text is a JSON object of measurements of POWDER.

    Example:
        >>> is_powder('{"2022-04-25 14:12:32": {"rx_data": [], "tx_coords": []}}')
        True
        >>> is_powder('{"type": "FeatureCollection"}')
        False
    """
    return text.lstrip().startswith("{") and '"rx_data"' in text[:_START]


@dataclass(frozen=True)
class _Reading:
    """What one receiver read at one time; positions are latitude and longitude in degrees."""

    time_s: float
    rss_db: float
    receiver: str
    receiver_deg: tuple[float, float]
    transmitter_deg: tuple[float, float]
    metadata: Mapping[str, str]


def open_powder(path: Path, text: str) -> RawTable:
    """The readings of all fixed receivers, one row each.

    The columns are `time_s` (Unix time; a time without a zone is read as UTC), `latitude_deg` and
    `longitude_deg` of the transmitter, `rss_db`, `receiver`, `receiver_latitude_deg`,
    `receiver_longitude_deg`, and `transport`, `radio` and `tx_power` if the file has them. Notes
    count what is left out: readings without one transmitter at a known place, receivers that move,
    and damaged parts.

    Args:
        path: the file, for messages.
        text: its content; `is_powder` holds.

    Raises:
        FlightError: it is no JSON, more than 5 % of the readings are damaged, or no reading is of
            one transmitter and a receiver that stays at its place.
    """
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FlightError(
            f"{path}: cannot be read as JSON ({error}); it is damaged or truncated. If it was "
            "fetched, fetch it again"
        ) from error
    skipped: Counter[str] = Counter()
    readings = list(_readings(path, records, skipped))
    notes = [f"{count} readings {why} left out" for why, count in skipped.items()]
    if not readings:
        raise FlightError(
            f"{path}: no reading is of one transmitter at a known place "
            f"({'; '.join(notes) or 'the file holds none'}). rx_data and tx_coords with one "
            "position are needed"
        )
    moving = _moving(readings)
    if moving:
        names = ", ".join(moving[:_LISTED]) + (", ..." if len(moving) > _LISTED else "")
        notes.append(f"receivers that move left out, since a source stays at its place: {names}")
        readings = [reading for reading in readings if reading.receiver not in moving]
    if not readings:
        raise FlightError(f"{path}: every receiver moves ({names}); one at a fixed place is needed")
    columns = _columns(readings)

    def read(names: Sequence[str]) -> dict[str, pa.ChunkedArray]:
        import pyarrow as pa

        return {name: pa.chunked_array([pa.array(columns[name])]) for name in names}

    names_of_columns = tuple(columns)
    return RawTable(
        path,
        names_of_columns,
        names_of_columns,
        read,
        sources=("receiver",),
        notes=tuple(notes),
    )


def _readings(path: Path, records: Any, skipped: Counter[str]) -> Iterator[_Reading]:
    """The readings of one transmitter; those that are left out are counted in `skipped`.

    Raises:
        FlightError: more than 5 % of the readings are damaged.
    """
    total = 0
    damaged: list[str] = []
    for key, record in records.items():
        rx_data = record.get("rx_data") if isinstance(record, dict) else None
        try:
            time_s = unix_s(key)
        except ValueError:
            rx_data = None
        if not isinstance(rx_data, list):
            damaged.append(f"record {key[:40]!r}: found {_short(record)}")
            total += 1
            continue
        total += len(rx_data)
        transmitters = record.get("tx_coords")
        if isinstance(transmitters, list) and len(transmitters) > 1:
            skipped["of several transmitters"] += len(rx_data)
            continue
        place = _place(transmitters[0]) if isinstance(transmitters, list) and transmitters else None
        if place is None:
            skipped["without a position of the transmitter"] += len(rx_data)
            continue
        metadata = _metadata(record)
        for item in rx_data:
            found = _item(item)
            if found is None:
                damaged.append(f"record {key!r}: found {_short(item)} in rx_data")
                continue
            yield _Reading(time_s, *found, place, metadata)
    if len(damaged) > 1 + FEW_DAMAGED * total:
        raise FlightError(
            f"{path}, {damaged[0]}; a date and time with rx_data, a list of [RSS in dB, latitude, "
            "longitude, name of the receiver], is needed"
        )
    if damaged:
        skipped["or records that are damaged"] += len(damaged)


def _item(item: Any) -> tuple[float, str, tuple[float, float]] | None:
    """Power, name and place of a receiver; None if it is something else."""
    if not isinstance(item, list) or len(item) != 4:
        return None
    *figures, name = item
    numbers = [_number(value) for value in figures]
    if None in numbers or not isinstance(name, str) or not (name and name.isprintable()):
        return None
    rss_db, latitude_deg, longitude_deg = (value for value in numbers if value is not None)
    return rss_db, name, (latitude_deg, longitude_deg)


def _number(value: Any) -> float | None:
    """A number, NaN for null; None if it is something else."""
    if value is None:
        return np.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _place(found: Any) -> tuple[float, float] | None:
    """Latitude and longitude of a transmitter in degrees; None if they are not known."""
    numbers = [_number(value) for value in found] if isinstance(found, list) else []
    known = [value for value in numbers if value is not None and np.isfinite(value)]
    return (known[0], known[1]) if len(known) == len(numbers) == 2 else None


def _metadata(record: Mapping[str, Any]) -> dict[str, str]:
    """Figures of the transmitter, by the names of their columns."""
    found = record.get("metadata")
    first = found[0] if isinstance(found, list) and found else None
    figures = first if isinstance(first, dict) else {}
    return {
        column: str(figures[name])
        for name, column in _METADATA.items()
        if isinstance(figures.get(name), str | int | float)
    }


def _moving(readings: Sequence[_Reading]) -> list[str]:
    """Names of the receivers that are not at one place."""
    places: dict[str, list[tuple[float, float]]] = {}
    for reading in readings:
        if np.isfinite(reading.receiver_deg).all():
            places.setdefault(reading.receiver, []).append(reading.receiver_deg)
    return sorted(
        name for name, found in places.items() if (np.ptp(found, axis=0) > _MOVES_DEG).any()
    )


def _columns(readings: Sequence[_Reading]) -> dict[str, FloatArray | list[str | None]]:
    """The columns of the rows, (S,) each."""
    columns: dict[str, FloatArray | list[str | None]] = {
        "time_s": np.array([reading.time_s for reading in readings]),
        "latitude_deg": np.array([reading.transmitter_deg[0] for reading in readings]),
        "longitude_deg": np.array([reading.transmitter_deg[1] for reading in readings]),
        "rss_db": np.array([reading.rss_db for reading in readings]),
        "receiver": [reading.receiver for reading in readings],
        "receiver_latitude_deg": np.array([reading.receiver_deg[0] for reading in readings]),
        "receiver_longitude_deg": np.array([reading.receiver_deg[1] for reading in readings]),
    }
    for name in _METADATA.values():
        if any(name in reading.metadata for reading in readings):
            columns[name] = [reading.metadata.get(name) for reading in readings]
    return columns


def _short(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= 60 else f"{text[:60]}..."
