"""Simulate and preprocess so many sources as the workflow's jobs do, and say what that took.

    python growth_stages.py SOURCES FOLDER

prints JSON: processor seconds of each stage (`simulate`, `features`, `read`), after a first run on
a few sources that is not counted, and the process's peak memory after each in MB.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from paper_spiral import measured_model, sources_m, trajectory

from rfsl.config.features import ClusteredSettings
from rfsl.features.files import read_features, write_features
from rfsl.features.vectors import simulated_features
from rfsl.randomness import shard_ranges
from rfsl.simulation.files import read_simulation, write_simulation
from rfsl.simulation.receiver import Receiver
from rfsl.simulation.sources import Simulator

SHARD_SOURCES, WARM_SOURCES = 50, 5


def stages(sources: int, folder: Path) -> dict[str, Callable[[], object]]:
    """The stages for so many sources, with their files in a folder."""
    flown = trajectory()
    simulator = Simulator(measured_model(), Receiver(1.0, None, None, None, None, None), flown, 5.0)
    shards = shard_ranges(sources, SHARD_SOURCES)
    paths = [folder / f"{number}.arrow" for number in range(len(shards))]
    each_m = sources_m(sources)

    def simulate() -> None:
        for shard, path in zip(shards, paths, strict=True):
            places_m = each_m[shard.start : shard.stop]
            received = simulator.received(places_m, shard, "train", 0)
            write_simulation(places_m[:, :2], received, path)

    def features() -> None:
        settings = ClusteredSettings()
        write_features(
            (
                (shard.source_xy_m, simulated_features(shard.received(), flown, settings))
                for shard in map(read_simulation, paths)
            ),
            folder / "train.parquet",
        )

    def read() -> None:
        read_features(folder / "train.parquet")

    return {"simulate": simulate, "features": features, "read": read}


def peak_memory_mb() -> float:
    """Peak of this program; `getrusage` would not say less than the process had before it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (peak_kb,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status, flags=re.MULTILINE)
    return int(peak_kb) / 1024.0


def main(sources: int, folder: Path) -> None:
    for stage in stages(WARM_SOURCES, folder / "warm").values():
        stage()
    took: dict[str, dict[str, float]] = {"seconds": {}, "peak_mb": {}}
    for name, stage in stages(sources, folder).items():
        started = time.process_time()
        stage()
        took["seconds"][name] = time.process_time() - started
        took["peak_mb"][name] = peak_memory_mb()
    json.dump(took, sys.stdout)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
