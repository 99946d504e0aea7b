"""One valid flight in every format, and what can be wrong with a log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.io import savemat

from rfsl.config.flights import FlightSettings
from rfsl.errors import FlightError
from rfsl.flights.flight import Flight
from rfsl.flights.lock import lock_status
from rfsl.flights.readers.logs import read_log
from rfsl.geometry.frames import LocalFrame
from support.logs import Flown

SETTINGS = FlightSettings()
Columns = dict[str, np.ndarray]

#: Column of a plain table -> field of an AFAR file.
AFAR_NAMES = {
    "time_s": "timestamp_power",
    "longitude_deg": "mX",
    "latitude_deg": "mY",
    "height_m": "mZ",
    "rss_db": "mpower",
    "quality_db": "mquality",
    "roll_deg": "mRoll",
    "pitch_deg": "mPitch",
    "yaw_deg": "mYaw",
}


def columns(frame: LocalFrame, samples: int = 900, rate_hz: float = 10.0) -> Columns:
    """A circle of 60 m at 5 m/s and 40 m height, the nose along the course."""
    time_s = np.arange(samples) / rate_hz
    turn = 5.0 / 60.0 * time_s
    latitude_deg, longitude_deg = frame.to_geodetic(
        100 - 60 * np.cos(turn), 150 + 60 * np.sin(turn)
    )
    return {
        "time_s": 1.7e9 + time_s,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "height_m": np.full(samples, 40.0),
        "rss_db": -40.0 + 3.0 * np.random.default_rng(7).standard_normal(samples),
        "quality_db": np.full(samples, 72.0),
        "roll_deg": np.full(samples, 2.0),
        "pitch_deg": np.full(samples, -3.0),
        "yaw_deg": np.degrees(turn) % 360.0,
    }


def write_csv(values: Mapping[str, object], folder: Path) -> Path:
    path = folder / "flight.csv"
    pd.DataFrame(values).to_csv(path, index=False)
    return path


def write_parquet(values: Mapping[str, object], folder: Path) -> Path:
    path = folder / "flight.parquet"
    pd.DataFrame(values).to_parquet(path)
    return path


def write_afar(values: Mapping[str, np.ndarray], folder: Path) -> Path:
    path = folder / "flight.mat"
    savemat(path, {AFAR_NAMES[name]: column[:, None] for name, column in values.items()})
    return path


WRITERS: dict[str, Callable[[Columns, Path], Path]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "mat": write_afar,
}

#: Every format with its valid files in a folder, and the path that is named.
FORMATS: dict[str, Callable[[LocalFrame, Path], Path]] = {
    **{
        name: lambda frame, folder, write=write: write(columns(frame), folder)
        for name, write in WRITERS.items()
    },
    "raw": lambda frame, folder: Flown(frame, 900).raw(folder, name="a"),
    "raw_attitude": lambda frame, folder: Flown(frame, 900).raw(folder, attitude=True, name="a"),
    "release": lambda frame, folder: Flown(frame, 900).release(folder),
}


def read(path: Path, frame: LocalFrame) -> Flight | str:
    """The flight, or the message of the one error; anything else that is raised is a fault."""
    try:
        return read_log(path, frame, SETTINGS)
    except FlightError as error:
        return str(error)


def check(found: Flight | str, name: str) -> None:
    """A message names the file; a flight is finite, in order, near, and says whether it locked."""
    if isinstance(found, str):
        assert name in found, found
        assert "\0" not in found and len(found) < 4000
        return
    assert len(found) >= 200
    assert (np.diff(found.time_s) > 0).all() and found.time_s[0] == 0.0
    for values in (found.position_m, found.attitude_rad, found.rss_db):
        assert np.isfinite(values).all()
    assert np.hypot(*found.position_m[:, :2].T).max() <= SETTINGS.maximum_distance_m * 1.001
    assert found.position_m[:, 2].min() >= 0.0
    assert found.position_m[:, 2].max() <= SETTINGS.maximum_height_m
    usable, reason = lock_status(found, SETTINGS)
    assert usable or reason
