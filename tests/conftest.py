"""Shared fixtures: a config, the local frame, made-up logs, and the real flights where they are."""

from __future__ import annotations

import os

# One thread, as a job has it: threads that wait for each other on busy cores take minutes.
os.environ["OMP_NUM_THREADS"] = "1"

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from checkouts import TARGETS, TINY, checkout, snakemake, told
from scipy.io import savemat

from rfsl.config.config import Config
from rfsl.geometry.frames import LocalFrame

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def config() -> Config:
    return Config()


@pytest.fixture(scope="session")
def frame(config: Config) -> LocalFrame:
    return LocalFrame.of(config.scenario)


@pytest.fixture(scope="session")
def afar_folder() -> Path:
    """Folder of the real AERPAW files; a test that asks for it is skipped where it is absent."""
    folder = Path(os.environ.get("RFSL_AFAR_DIR") or ROOT.parent / "shared" / "afar")
    if not (folder / "flights").is_dir():
        pytest.skip(f"the real AERPAW flights are not here ({folder}); set RFSL_AFAR_DIR")
    return folder.resolve()


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which the tiny workflow has made all of `TARGETS`; leave it as it is."""
    folder = checkout(tmp_path_factory.mktemp("synthetic"))
    run = snakemake(folder, *TARGETS, *TINY)
    assert run.returncode == 0, told(run)
    return folder


@pytest.fixture
def afar_fields(frame: LocalFrame) -> dict[str, np.ndarray]:
    """Fields of a made-up AFAR log: 3,000 samples at 30 Hz, up to 40 m and down again."""
    samples = 3000
    time_s = np.arange(samples) / 30.0
    latitude_deg, longitude_deg = frame.to_geodetic(2.0 * time_s, 100.0 + time_s)
    height_m = np.interp(time_s, [0, 10, 90, 100], [0, 40, 40, 0])
    rng = np.random.default_rng(1)
    fields = {
        "timestamp_power": 1.7e9 + time_s,
        "mX": longitude_deg,
        "mY": latitude_deg,
        "mZ": height_m,
        "mpower": 5.0 + rng.standard_normal(samples),
        "mquality": np.full(samples, 72.0),
        "mRoll": np.full(samples, 1.0),
        "mPitch": np.full(samples, -2.0),
        "mYaw": np.full(samples, 90.0),
    }
    return {name: values[:, None] for name, values in fields.items()}


@pytest.fixture
def write_mat(tmp_path: Path) -> Callable[[dict[str, np.ndarray]], Path]:
    def write(fields: dict[str, np.ndarray]) -> Path:
        path = tmp_path / "flight.mat"
        savemat(path, fields)
        return path

    return write
