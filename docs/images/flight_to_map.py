"""Draw the picture of README.md: a log over a known source, and what it says of the source.

Run as `python docs/images/flight_to_map.py LOG PICTURE` from the repository root; LOG is the first
log of docs/tutorial.md, which the field model made over the source of trial `synthetic_1`.
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from rfsl.config.config import Config
from rfsl.config.load import merge_overlays
from rfsl.figures.style import STYLE
from rfsl.fixes.choice import choose_mode
from rfsl.fixes.fix import Settings, localize
from rfsl.geometry.frames import travelled_m
from rfsl.workflow.plan.plan import Plan
from rfsl.workflow.plan.trials_table import read_trials

CELLS_PER_SIDE_M = 4.0


def draw(log: Path, picture: Path) -> None:
    config = Config()
    choice = choose_mode(Plan.of_one_flight(merge_overlays([])).localize.modes(), None)
    fix = localize(
        [log], None, choice, Settings(config.scenario, config.flights, config.localizers)
    )
    assert fix.estimate is not None and fix.estimate.posterior is not None
    source_m = read_trials(config)["synthetic_1"].source_position_m(fix.frame)
    (flown,) = fix.logs
    held = flown.flight.samples(flown.held)
    posterior = fix.estimate.posterior
    density = posterior.probability / posterior.cell_m2
    with rc_context({**STYLE, "figure.dpi": 110.0}):
        figure = Figure(figsize=(7.6, 3.5), layout="constrained")
        left, middle, right = figure.subplots(1, 3, width_ratios=[1.15, 1.0, 1.0])
        left.plot(held.time_s, held.rss_db, color="#0072B2", linewidth=0.2)
        left.set(title="what the UAV measured", xlabel="time (s)", ylabel="RSS (dB, level unknown)")
        x_m, y_m, _ = held.position_m[::20].T
        middle.scatter(x_m, y_m, c=held.rss_db[::20], s=3.0, cmap="viridis", linewidths=0)
        middle.set(title=f"over {travelled_m(held.position_m)[-1] / 1000:.1f} km of path")
        # Cells of several sizes: the largest first, so that none hides a smaller one.
        for area_m2 in np.unique(posterior.cell_m2)[::-1]:
            here = posterior.cell_m2 == area_m2
            right.scatter(
                *posterior.xy_m[here].T,
                c=density[here],
                vmax=float(np.quantile(density, 0.995)),
                vmin=0.0,
                s=CELLS_PER_SIDE_M * area_m2 / posterior.cell_m2.min(),
                marker="s",
                cmap="YlOrBr",
                linewidths=0,
            )
        right.plot(x_m, y_m, color="0.6", linewidth=0.4)
        right.plot(*fix.estimate.position_m, "kx", label="estimate")
        right.set(title=f"expected error {fix.estimate.expected_error_m:.0f} m")
        for axes in (middle, right):
            axes.plot(*source_m[:2], "*", color="#D55E00", markersize=10, label="true source")
            axes.set_aspect("equal")
            axes.grid(False)
            axes.set(xlim=(-45, 250), ylim=(35, 330), xlabel="east (m)", ylabel="north (m)")
        right.legend(loc="lower right", framealpha=0.9)
        figure.suptitle("A synthetic flight, by kriging without a calibration", fontsize=8.5)
        figure.savefig(picture, metadata={"Software": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
