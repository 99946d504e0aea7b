"""The files between stages: their columns, units and metadata, checked on write and on read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pyarrow
import pyarrow.parquet
from numpy.typing import NDArray

from rfsl.arrays import Float32Array, FloatArray
from rfsl.io.arrow import read_arrow, vector_column, vector_pieces, vectors_of, write_arrow_pieces
from rfsl.errors import DataError
from rfsl.io.writing import written_beside
from rfsl.flights.cutting import Flight
from rfsl.workflow.plan.trials_table import Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.io.schemas import FeatureTable, FlightTable, TrajectoryTable
from rfsl.geometry.trajectories import Trajectory

_SOURCE = ("source_x_m", "source_y_m")
#: Hundredths of a dBm in one: a hundredth of the noise's spread, and half the size of a float32.
_CDBM = 100.0
_LARGEST_CDBM = np.iinfo(np.int16).max
#: Sources of a shard that are written at once.
_PIECE_SOURCES = 50


@dataclass(frozen=True)
class FlightFile:
    """A flight with what the trials table says of it."""

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


@dataclass(frozen=True)
class Features:
    """Feature vectors (N, F) and source positions (N, 2) of a data set."""

    source_xy_m: Float32Array
    features: Float32Array


def write_frame(
    frame: pd.DataFrame,
    path: str | Path,
    schema: type[pa.DataFrameModel],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Check a frame and write it as Parquet beside its place, then move it there."""
    table = pyarrow.Table.from_pandas(_checked(frame, schema, path), preserve_index=False)
    _write_parquet(table, path, metadata or {})


def read_frame(path: str | Path, schema: type[pa.DataFrameModel]) -> pd.DataFrame:
    """Read a Parquet file and check it.

    Raises:
        DataError: unreadable, or not of the schema.
    """
    return _checked(_read_parquet(path).to_pandas(), schema, path)


def write_flight(item: FlightFile, path: str | Path, frame: LocalFrame) -> None:
    """Write results/flights/{trial}.parquet; angles in degrees, the rest as file metadata."""
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
    """Read what `write_flight` wrote."""
    table = _read_parquet(path)
    frame = _checked(table.to_pandas(), FlightTable, path)
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


def write_trajectory(trajectory: Trajectory, path: str | Path) -> None:
    """Write results/trajectory.parquet."""
    x_m, y_m, z_m = trajectory.position_m.T
    frame = pd.DataFrame({"time_s": trajectory.time_s, "x_m": x_m, "y_m": y_m, "z_m": z_m})
    write_frame(frame, path, TrajectoryTable)


def read_trajectory(path: str | Path) -> Trajectory:
    """Read what `write_trajectory` wrote."""
    frame = read_frame(path, TrajectoryTable)
    return Trajectory(frame["time_s"].to_numpy(), frame[["x_m", "y_m", "z_m"]].to_numpy())


@dataclass(frozen=True)
class SimulatedRss:
    """A mapped shard of the simulation.

    Attributes:
        source_xy_m: (N, 2) source positions.
        rss_cdbm: RSS in hundredths of a dBm, int16, in pieces (n, S) that are views of the file.
    """

    source_xy_m: Float32Array
    rss_cdbm: list[NDArray[np.int16]]

    def rss_dbm(self) -> Iterator[Float32Array]:
        """RSS (S,) of each source in dBm."""
        for piece in self.rss_cdbm:
            for row in piece:
                yield row * np.float32(1.0 / _CDBM)


def write_simulation(
    source_xy_m: FloatArray, rss_dbm: Iterable[Float32Array], path: str | Path
) -> None:
    """Write one shard as an uncompressed Arrow file, so that a reader maps it into memory.

    Columns are `source_x_m`, `source_y_m` and `rss_cdbm`, the RSS rounded to a hundredth of a dBm
    as int16, which reaches to ±327 dBm; what is beyond becomes that.

    Args:
        source_xy_m: (N, 2).
        rss_dbm: (S,) of each source in turn.

    Raises:
        DataError: RSS that is not a number.
    """

    def pieces() -> Iterator[pyarrow.RecordBatch]:
        rows = iter(rss_dbm)
        for start in range(0, len(source_xy_m), _PIECE_SOURCES):
            xy_m = source_xy_m[start : start + _PIECE_SOURCES]
            rss_cdbm = np.stack([_cdbm(row, path) for row in islice(rows, len(xy_m))])
            yield pyarrow.RecordBatch.from_arrays(
                [pyarrow.array(xy_m[:, 0]), pyarrow.array(xy_m[:, 1]), vector_column(rss_cdbm)],
                names=[*_SOURCE, "rss_cdbm"],
            )

    write_arrow_pieces(pieces(), path)


def _cdbm(rss_dbm: Float32Array, path: str | Path) -> NDArray[np.int16]:
    if np.isnan(rss_dbm).any():
        raise DataError(f"{path}: a simulated RSS is not a number; check the config's settings")
    scaled = np.rint(rss_dbm * np.float32(_CDBM))
    return np.clip(scaled, -_LARGEST_CDBM, _LARGEST_CDBM, out=scaled).astype(np.int16)


def read_simulation(path: str | Path) -> SimulatedRss:
    """Map a shard that `write_simulation` wrote."""
    table = read_arrow(path, "simulation file", numbers=_SOURCE, vectors=["rss_cdbm"])
    return SimulatedRss(_sources(table), vector_pieces(table.column("rss_cdbm")))


def write_features(
    shards: Iterable[tuple[Float32Array, Iterable[Float32Array]]], path: str | Path
) -> None:
    """Write results/features/.../{split}.parquet, one source position and one vector a row.

    Args:
        shards: source positions (n, 2) and their vectors; one shard is held at a time.
    """
    pieces = (_feature_table(xy_m, vectors, path) for xy_m, vectors in shards)
    first = next(pieces)
    with (
        written_beside(path) as temporary,
        pyarrow.parquet.ParquetWriter(temporary, first.schema) as writer,
    ):
        for piece in chain([first], pieces):
            writer.write_table(piece)


def _feature_table(
    source_xy_m: Float32Array, vectors: Iterable[Float32Array], path: str | Path
) -> pyarrow.Table:
    x_m, y_m = source_xy_m.astype(float).T
    frame = pd.DataFrame({"source_x_m": x_m, "source_y_m": y_m})
    table = pyarrow.Table.from_pandas(_checked(frame, FeatureTable, path), preserve_index=False)
    features = np.stack(list(vectors)).astype(np.float32, copy=False)
    if not np.isfinite(features).all():
        raise DataError(f"{path}: features hold NaN or infinity")
    # pandas' description of the index would differ from shard to shard.
    table = table.replace_schema_metadata(None)
    return table.append_column("features", vector_column(features))


def read_features(path: str | Path) -> Features:
    """Read what `write_features` wrote."""
    table = _read_parquet(path)
    if "features" not in table.column_names:
        raise DataError(f"{path}: no column `features`; delete it and run again")
    _checked(table.drop_columns(["features"]).to_pandas(), FeatureTable, path)
    return Features(_sources(table), vectors_of(table.column("features")))


def write_tsv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a table for people: tab-separated, numbers to a tenth of a unit or better."""
    with written_beside(path) as temporary:
        frame.to_csv(temporary, sep="\t", index=False, float_format="%.6g", lineterminator="\n")


def write_json(values: Mapping[str, Any], path: str | Path) -> None:
    """Write a record as indented JSON."""
    with written_beside(path) as temporary:
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def read_json(path: str | Path) -> dict[str, Any]:
    """Read a record that `write_json` wrote.

    Raises:
        DataError: unreadable, or not a record.
    """
    try:
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({error}); delete it and run again") from error
    if not isinstance(values, dict):
        raise DataError(f"{path}: not a record of values by name; delete it and run again")
    return values


def _sources(table: pyarrow.Table) -> Float32Array:
    columns = [table.column(name).to_numpy() for name in _SOURCE]
    return np.column_stack(columns).astype(np.float32)


def _checked(
    frame: pd.DataFrame, schema: type[pa.DataFrameModel], path: str | Path
) -> pd.DataFrame:
    try:
        return pd.DataFrame(schema.validate(frame, lazy=True))
    except (pa.errors.SchemaError, pa.errors.SchemaErrors) as error:
        raise DataError(f"{path}: not a {schema.__name__}: {error}") from error


def _write_parquet(table: pyarrow.Table, path: str | Path, metadata: Mapping[str, str]) -> None:
    combined = {**(table.schema.metadata or {}), **{k: v.encode() for k, v in metadata.items()}}
    with written_beside(path) as temporary:
        pyarrow.parquet.write_table(table.replace_schema_metadata(combined), temporary)


def _read_parquet(path: str | Path) -> pyarrow.Table:
    try:
        return pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowInvalid) as error:
        raise DataError(
            f"{path}: cannot be read as Parquet ({error}); delete it and run again"
        ) from error
