"""Reads and writes the simulated trajectory, results/trajectory.parquet."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rfsl.geometry.trajectories import Trajectory
from rfsl.io.schemas import TrajectoryTable
from rfsl.io.tables import read_frame, write_frame


def write_trajectory(trajectory: Trajectory, path: str | Path) -> None:
    """Write results/trajectory.parquet: a row per sample, columns as in `TrajectoryTable`."""
    x_m, y_m, z_m = trajectory.position_m.T
    frame = pd.DataFrame({"time_s": trajectory.time_s, "x_m": x_m, "y_m": y_m, "z_m": z_m})
    write_frame(frame, path, TrajectoryTable)


def read_trajectory(path: str | Path) -> Trajectory:
    """Read what `write_trajectory` wrote.

    Raises:
        DataError: the file cannot be read, or its columns are not those of `TrajectoryTable`.
    """
    frame = read_frame(path, TrajectoryTable)
    return Trajectory(frame["time_s"].to_numpy(), frame[["x_m", "y_m", "z_m"]].to_numpy())
