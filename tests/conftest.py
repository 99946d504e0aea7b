"""Shared fixtures: a config, the local frame, made-up logs, the real flights, a finished run."""

from __future__ import annotations

import os

# One thread, as a job has it: threads that wait for each other on busy cores take minutes.
os.environ["OMP_NUM_THREADS"] = "1"

import fcntl
import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pytest
from _pytest.doctest import DoctestModule
from scipy.io import savemat
from support.checkouts import TARGETS, TINY, checkout, snakemake, told
from support.paths import ROOT

from rfsl.config.config import Config
from rfsl.geometry.frames import LocalFrame

#: Fixture -> the mark of every test that asks for it.
MARKS = {
    "afar_folder": "afar",
    "finished": "workflow",
    "finished_copy": "workflow",
    "tab": "browser",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for, and begin with the files that take long.

    With `--dist loadfile` one worker makes the finished run at once, and others test on meanwhile
    what does not wait for it.
    """
    for item in items:
        for name in set(MARKS) & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKS[name])
    waiting = [item.path for item in items if "finished" in getattr(item, "fixturenames", ())]
    running = {item.path for item in items if item.get_closest_marker("workflow")}
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def rank(item: pytest.Item) -> int:
        if item.path in waiting:
            return 0 if item.path == waiting[0] else 2
        return 1 if item.path in running else 3 if item.path in slow else 4

    items.sort(key=rank)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Examples in docstrings are of the package; no file of the tests is searched for them."""
    return [found for found in (yield) if not isinstance(found, DoctestModule)]


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
    """A checkout in which the tiny workflow has made all of `TARGETS`; leave it as it is.

    All workers of pytest-xdist share it: the first makes it, the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, failure = shared / "finished", shared / "finished.failed"
    with (shared / "finished.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if failure.exists():
            pytest.fail(failure.read_text())
        if not folder.exists():
            made = checkout(shared / "unfinished")
            run = snakemake(made, *TARGETS, *TINY)
            if run.returncode:
                failure.write_text(told(run))
                pytest.fail(told(run))
            made.rename(folder)  # results do not depend on the place
    return folder


@pytest.fixture(scope="module")
def finished_copy(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of `finished` whose sources, config and results a test module may change."""
    return Path(shutil.copytree(finished, tmp_path_factory.mktemp("copy") / "checkout"))


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
