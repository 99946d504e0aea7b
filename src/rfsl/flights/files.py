"""Reads and writes flights, results/flights/{trial}.parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.errors import DataError
from rfsl.flights.flight import Flight
from rfsl.flights.trial import Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.io.schemas import FlightTable
from rfsl.io.tables import checked, read_parquet, write_frame


@dataclass(frozen=True)
class FlightFile:
    """A flight with its row of the trials table.

    Attributes:
        trial: name of the trial.
        flight_name: trajectory flown.
        location: where the source was.
        kind: `testbed`, `emulated` or `synthetic`.
        source_m: true position (x, y, z) of the source in the local frame.
        flight: what was measured.
    """

    trial: str
    flight_name: str
    location: str
    kind: str
    source_m: tuple[float, float, float]
    flight: Flight

    @classmethod
    def of(cls, trial: Trial, flight: Flight, frame: LocalFrame) -> FlightFile:
        """A flight with its row of the trials table."""
        source_m = trial.source_position_m(frame)
        return cls(trial.trial, trial.flight, trial.location, trial.kind, source_m, flight)


def write_flight(item: FlightFile, path: str | Path, frame: LocalFrame) -> None:
    """Write results/flights/{trial}.parquet.

    The samples are the table, with angles in degrees; everything else is metadata of the file.

    Args:
        frame: local frame of the positions; its origin is written, too.
    """
    flight = item.flight
    roll_deg, pitch_deg, yaw_deg = np.degrees(flight.attitude_rad).T
    x_m, y_m, z_m = flight.position_m.T
    table = pd.DataFrame(
        {
            "time_s": flight.time_s,
            "x_m": x_m,
            "y_m": y_m,
            "z_m": z_m,
            "roll_deg": roll_deg,
            "pitch_deg": pitch_deg,
            "yaw_deg": yaw_deg,
            "rss_db": flight.rss_db,
            "quality_db": flight.quality_db,
        }
    )
    metadata = {
        "trial": item.trial,
        "flight": item.flight_name,
        "location": item.location,
        "kind": item.kind,
        **{
            f"source_{axis}_m": repr(float(value))
            for axis, value in zip("xyz", item.source_m, strict=True)
        },
        "origin_lat_deg": repr(frame.origin_latitude_deg),
        "origin_lon_deg": repr(frame.origin_longitude_deg),
        "notes": "; ".join(flight.notes),
    }
    write_frame(table, path, FlightTable, metadata)


def read_flight(path: str | Path) -> FlightFile:
    """Read what `write_flight` wrote.

    Raises:
        DataError: the file cannot be read or is no such file.
    """
    table = read_parquet(path)
    frame = checked(table.to_pandas(), FlightTable, path)
    metadata = {
        key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()
    }
    try:
        source_m = tuple(float(metadata[f"source_{axis}_m"]) for axis in "xyz")
        trial, name, location, kind = (
            metadata[key] for key in ("trial", "flight", "location", "kind")
        )
    except (KeyError, ValueError) as error:
        raise DataError(f"{path}: file metadata lacks {error}; delete it and run again") from error
    flight = Flight(
        time_s=frame["time_s"].to_numpy(),
        position_m=frame[["x_m", "y_m", "z_m"]].to_numpy(),
        attitude_rad=np.radians(frame[["roll_deg", "pitch_deg", "yaw_deg"]].to_numpy()),
        rss_db=frame["rss_db"].to_numpy(),
        quality_db=frame["quality_db"].to_numpy(),
        notes=tuple(note for note in metadata.get("notes", "").split("; ") if note),
    )
    x_m, y_m, z_m = source_m
    return FlightFile(trial, name, location, kind, (x_m, y_m, z_m), flight)
