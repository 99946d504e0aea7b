"""Whatever ends a run, the same command goes on from it, and the numbers are the same."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.checkouts import (
    FIGURE,
    TINY,
    checkout,
    differing,
    environment,
    results,
    snakemake,
    told,
)

#: What is running when the run is killed, one after another.
STAGES = ("simulate", "features", "train")
KILLS = 12
pytestmark = [pytest.mark.workflow, pytest.mark.crash]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which nothing disturbed the run."""
    folder = checkout(tmp_path_factory.mktemp("undisturbed"))
    run = snakemake(folder, FIGURE, *TINY)
    assert run.returncode == 0, told(run)
    return folder


def kill_during(folder: Path, rule: str, delay_s: float) -> bool:
    """Start the run and kill it, main process and jobs, so long after a job of the rule began.

    Returns:
        whether there was such a job; if not, the run came to its end.
    """
    run = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "2", FIGURE, *TINY],
        cwd=folder,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert run.stdout is not None
    begun = any(line.startswith((f"rule {rule}:", f"localrule {rule}:")) for line in run.stdout)
    if begun:
        time.sleep(delay_s)
    with contextlib.suppress(ProcessLookupError):  # it had come to its end
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    deadline_s = time.monotonic() + 20.0  # the dead of a busy machine take a moment
    while left_running(run.pid) and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert not left_running(run.pid)
    return begun


def left_running(session: int) -> list[str]:
    """Processes of a session that are not dead."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] not in "ZX":
            found.append(stat.parent.name)
    return found


def test_killed_again_and_again_it_ends_with_the_same_bytes(
    tmp_path: Path, undisturbed: Path
) -> None:
    """Killed at random moments of simulation, preprocessing and training; see README.md."""
    folder = checkout(tmp_path)
    draw = random.Random(20260101)
    kills = dict.fromkeys(STAGES, 0)
    for number in range(KILLS):
        rule = STAGES[number * len(STAGES) // KILLS]
        kills[rule] += kill_during(folder, rule, draw.uniform(0.0, 4.0))
        if number == 0:  # a lock that nobody holds says what to do
            locked = snakemake(folder, FIGURE, *TINY)
            assert locked.returncode != 0 and "--unlock" in told(locked)
        unlocked = snakemake(folder, "--unlock", *TINY)
        assert unlocked.returncode == 0, told(unlocked)
    assert sum(kills.values()) >= 10 and all(kills.values()), kills
    run = snakemake(folder, FIGURE, *TINY)
    assert run.returncode == 0, told(run)
    made = results(folder)
    assert not [name for name in made if Path(name).name.startswith(".")]
    assert {"tables/fig6a.tsv", "figures/fig6a.pdf"} <= set(made)
    assert differing(made, results(undisturbed)) == []


# A full disk, a folder that cannot be written


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A checkout whose results lie on a disk of 60 kB."""
    with results_mounted(tmp_path, "size=60k") as folder:
        yield folder


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A checkout whose results cannot be written, not even by root."""
    with results_mounted(tmp_path, "ro,size=100k") as folder:
        yield folder


@contextlib.contextmanager
def results_mounted(folder: Path, options: str) -> Iterator[Path]:
    """A checkout with a disk in memory as its results, where this user may mount one."""
    place = checkout(folder) / "results"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_one_clear_error(small_disk: Path) -> None:
    target = "results/simulation/free_space/none/train/0.arrow"
    run = snakemake(small_disk, target, "--configfile", "tests/tiny.yaml")
    assert run.returncode != 0
    assert "No space left on device" in told(run)
    assert "Traceback" not in told(run)
    assert not (small_disk / target).exists()
    assert not list((small_disk / "results").rglob(".*"))


def test_unwritable_results_are_one_clear_error(read_only: Path) -> None:
    run = snakemake(read_only, FIGURE, *TINY)
    assert run.returncode != 0
    assert "cannot write to results" in told(run)
    assert "Make it writable" in told(run)
    assert "Traceback" not in told(run)
