"""Reads and writes flights, results/flights/{trial}.parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.arrays import FloatArray
from rfsl.errors import DataError
from rfsl.flights.flight import Flight, Lost
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

    The samples and the lost readings are the table, in the order of time, with angles in degrees;
    everything else is metadata of the file.

    Args:
        frame: local frame of the positions; its origin is written, too.
    """
    flight, lost = item.flight, item.flight.lost
    time_s = np.concatenate([flight.time_s, lost.time_s])
    attitude_rad = np.concatenate([flight.attitude_rad, lost.attitude_rad])
    roll_deg, pitch_deg, yaw_deg = np.degrees(attitude_rad).T
    x_m, y_m, z_m = np.concatenate([flight.position_m, lost.position_m]).T
    table = pd.DataFrame(
        {
            "time_s": time_s,
            "x_m": x_m,
            "y_m": y_m,
            "z_m": z_m,
            "roll_deg": roll_deg,
            "pitch_deg": pitch_deg,
            "yaw_deg": yaw_deg,
            "rss_db": np.append(flight.rss_db, np.full(len(lost), -np.inf)),
            "quality_db": np.append(flight.quality_db, np.full(len(lost), np.nan)),
        }
    ).iloc[np.argsort(time_s, kind="stable")]
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
    lost = np.isneginf(frame["rss_db"].to_numpy())
    time_s, position_m, attitude_rad = _track(frame[~lost])
    flight = Flight(
        time_s=time_s,
        position_m=position_m,
        attitude_rad=attitude_rad,
        rss_db=frame["rss_db"].to_numpy()[~lost],
        quality_db=frame["quality_db"].to_numpy()[~lost],
        notes=tuple(note for note in metadata.get("notes", "").split("; ") if note),
        lost=Lost(*_track(frame[lost])),
    )
    x_m, y_m, z_m = source_m
    return FlightFile(trial, name, location, kind, (x_m, y_m, z_m), flight)


def _track(rows: pd.DataFrame) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times (S,), positions (S, 3) in metres and attitudes (S, 3) in radians of some rows."""
    attitude_rad = np.radians(rows[["roll_deg", "pitch_deg", "yaw_deg"]].to_numpy())
    return rows["time_s"].to_numpy(), rows[["x_m", "y_m", "z_m"]].to_numpy(), attitude_rad
