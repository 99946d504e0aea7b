"""From a raw log to a position: in a process, as a process, and the set network's part of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from ratios import Row, Timed
from support.logs import Flown
from support.trainings import few_flights, scoring, set_network

from rfsl.config.load import merge_overlays
from rfsl.fixes.choice import choose_mode
from rfsl.fixes.fix import Settings, localize
from rfsl.fixes.output import OUTPUTS
from rfsl.geometry.frames import LocalFrame
from rfsl.networks.set_network.network import input_tensors
from rfsl.networks.set_network.score import SetInput
from rfsl.workflow.plan.plan import Plan


def raw_log(folder: Path) -> tuple[Path, Plan]:
    """Ten minutes at 30 Hz over the source area, in the testbed's three text files."""
    plan = Plan.of_one_flight(merge_overlays([]))
    frame = LocalFrame.of(plan.config.scenario)
    flown = Flown(frame, 18_000)
    since_s = flown.track_s - flown.track_s[0]
    x_m = 20.0 + 220.0 * np.abs((since_s / 60.0) % 2 - 1)
    flown.latitude_deg, flown.longitude_deg = frame.to_geodetic(x_m, 60.0 + 0.4 * since_s)
    flown.rss_db += np.random.default_rng(2).normal(0.0, 4.0, flown.rss_db.size)
    return flown.raw(folder, attitude=True), plan


def test_log_to_position(tmp_path: Path, ratio_row: Callable[..., Row]) -> None:
    log, plan = raw_log(tmp_path)
    config = plan.config
    settings = Settings(config.scenario, plan.localize.flights(), config.localizers)
    choice = choose_mode(plan.localize.modes(), None)

    def position() -> object:
        return localize([log], None, choice, settings).estimate

    assert position() is not None
    ratio_row(
        Timed(f"log to position, {choice.mode}", position, 1.0, time.process_time),
        unit="flights/s",
        to_reach="1 flight/s",
        rounds=5,
    )


def test_the_command(tmp_path: Path, ratio_row: Callable[..., Row]) -> None:
    log, _ = raw_log(tmp_path)
    folder = tmp_path / "fix"
    command = [sys.executable, "-m", "rfsl.cli", "localize", str(log), "--output", str(folder)]

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True)

    def of_children() -> float:
        times = os.times()
        return times.children_user + times.children_system

    run()
    assert {path.name for path in folder.iterdir()} == set(OUTPUTS)
    ratio_row(
        Timed("rfsl localize, start of the process included", run, 1.0, of_children),
        unit="flights/s",
        to_reach="0.25 flights/s",
        rounds=3,
    )


def table_of(seconds: int, path: Path) -> Path:
    """A table of a flight at 30 Hz: 5.5 m/s to and fro over a field, 45 m farther each time."""
    frame = LocalFrame.of(Plan.of_one_flight(merge_overlays([])).config.scenario)
    time_s = np.arange(30 * seconds) / 30.0
    leg, along = np.divmod(5.5 * time_s / 900.0, 1.0)
    x_m = 900.0 * np.where(leg % 2, 1.0 - along, along)
    y_m = 45.0 * (leg % 20)
    distance_m = np.hypot(np.hypot(x_m - 500.0, y_m - 400.0), 30.0)
    noise_db = np.random.default_rng(3).normal(0.0, 4.0, time_s.size)
    latitude_deg, longitude_deg = frame.to_geodetic(x_m, y_m)
    columns = {
        "time_s": time_s,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "height_m": np.full(time_s.size, 30.0),
        "rss_db": 20.0 - 20.0 * np.log10(distance_m) + noise_db,
    }
    pd.DataFrame(columns).round(7).to_csv(path, index=False)
    return path


def test_a_long_log(tmp_path: Path, ratio_row: Callable[..., Row]) -> None:
    """Three hours beside half an hour: the time a sample must not grow with the length."""

    def command(seconds: int) -> Callable[[], None]:
        log = table_of(seconds, tmp_path / f"{seconds}.csv")
        words = [sys.executable, "-m", "rfsl.cli", "localize", str(log)]

        def run() -> None:
            subprocess.run([*words, "--output", str(log.with_suffix(""))], check=True)

        return run

    def of_children() -> float:
        times = os.times()
        return times.children_user + times.children_system

    long_s, short_s = 10_800, 1_800
    ratio_row(
        Timed("rfsl localize, 3 h at 30 Hz", command(long_s), 30.0 * long_s, of_children),
        Timed("half an hour", command(short_s), 30.0 * short_s, of_children),
        unit="samples/s",
        to_reach="16,200 samples/s (20 s), ratio over 0.7",
        rounds=2,
    )


def test_scores_of_a_set_network(ratio_row: Callable[..., Row]) -> None:
    torch.set_num_threads(1)
    trained = set_network()
    flight = SetInput.of(few_flights().draw(1, "train", 3).cells.merged(20.0))
    xy_m = few_flights().source_area.grid(12.0)
    ours, blocks = scoring(trained), np.array_split(xy_m, len(xy_m) // 256 + 1)

    def in_torch() -> np.ndarray:
        with torch.inference_mode():
            scores = [
                trained(*input_tensors([flight]), torch.from_numpy(block).float()[None])[0]
                for block in blocks
            ]
        return torch.cat(scores).numpy()

    def in_numpy() -> np.ndarray:
        return np.concatenate([ours(flight, block) for block in blocks])

    np.testing.assert_allclose(in_numpy(), in_torch(), rtol=1e-4, atol=1e-2)
    ratio_row(
        Timed("set network's scores in NumPy", in_numpy, len(xy_m), time.process_time),
        Timed("in torch, once it is loaded", in_torch, len(xy_m), time.process_time),
        unit="candidates/s",
        to_reach="",
    )
