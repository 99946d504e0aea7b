"""Time and memory of simulation and features as the number of sources grows.

Each size runs in a process of its own; rounds go through all sizes. Twice the sources should take
twice the time, and no more memory. Draws results/figures/benchmark_growth.pdf.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure
from ratios import Row

from rfsl.features.files import read_features
from rfsl.figures.palette import COLORS
from rfsl.figures.style import STYLE, save_figure

HERE = Path(__file__).parent
SIZES, ROUNDS = (100, 200, 400, 800), 3
STAGES = ("simulate", "features")


def measured(sources: int, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(HERE / "growth_stages.py"), str(sources), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def growth_figure(seconds: dict[str, list[list[float]]], peak_mb: dict[str, list[float]]) -> Figure:
    """Time a source (each round a dot, the median a line) and peak memory by number of sources."""
    with rc_context(STYLE):
        figure = Figure(figsize=(6.3, 2.4), layout="constrained")
        time_axes, memory_axes = figure.subplots(1, 2)
        for color, stage in zip(COLORS, STAGES, strict=False):
            each_ms = 1e3 * np.array(seconds[stage]) / np.array(SIZES)[:, None]
            time_axes.plot(SIZES, each_ms, ".", color=color, alpha=0.5)
            time_axes.plot(SIZES, np.median(each_ms, axis=1), color=color, label=stage)
            memory_axes.plot(SIZES, peak_mb[stage], "o-", color=color, label=stage)
        time_axes.set_ylabel("processor time a source (ms)")
        memory_axes.set_ylabel("peak memory (MB)")
        for axes in (time_axes, memory_axes):
            axes.set_xscale("log", base=2)
            axes.set_xticks(SIZES, [str(size) for size in SIZES])
            axes.set_xlabel("sources of 20,000 samples")
            axes.set_ylim(0, 1.1 * max(line.get_ydata().max() for line in axes.lines))
            axes.legend(loc="center")
    return figure


def test_growth(tmp_path: Path, benchmark_rows: list[Row], pytestconfig: pytest.Config) -> None:
    rounds = [
        [measured(size, tmp_path / f"{number}-{size}") for size in SIZES]
        for number in range(ROUNDS)
    ]
    few, many = (read_features(tmp_path / f"0-{size}" / "train.parquet") for size in SIZES[::3])
    np.testing.assert_array_equal(many.features[: SIZES[0]], few.features)
    seconds = {
        stage: [[each[place]["seconds"][stage] for each in rounds] for place in range(len(SIZES))]
        for stage in STAGES
    }
    peak_mb = {
        stage: [
            max(each[place]["peak_mb"][stage] for each in rounds) for place in range(len(SIZES))
        ]
        for stage in STAGES
    }
    for stage in STAGES:
        rates = [SIZES[-1] / took for took in seconds[stage][-1]]
        ratios = [
            rate / (SIZES[0] / took) for rate, took in zip(rates, seconds[stage][0], strict=True)
        ]
        benchmark_rows.append(
            Row(
                work=f"{stage}, {SIZES[-1]} sources, one core",
                reference=f"{SIZES[0]} sources",
                rate=statistics.median(rates),
                unit="sources/s",
                ratio=statistics.median(ratios),
                bound=f"peak {peak_mb[stage][-1]:.0f} MB; of {SIZES[0]} sources, of that:",
                bound_fraction=peak_mb[stage][0] / peak_mb[stage][-1],
                to_reach="ratio 0.85 to 1.15, memory flat",
                rate_min=min(rates),
                rate_max=max(rates),
                ratio_min=min(ratios),
                ratio_max=max(ratios),
                rounds=ROUNDS,
            )
        )
    pdf = pytestconfig.rootpath / "results/figures/benchmark_growth.pdf"
    save_figure(growth_figure(seconds, peak_mb), pdf, pdf.with_suffix(".png"))
