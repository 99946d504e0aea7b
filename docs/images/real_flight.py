"""Draw the second picture of README.md: the fix of a real flight, and where the source was.

Run as `python docs/images/real_flight.py LOG CALIBRATION PICTURE` from the repository root. LOG is
the log of trial `afar_309_2`, CALIBRATION `results/calibration/location_2.json` of
`config/afar.yaml`, which leaves the location of the source out.
"""

import sys

from matplotlib import rc_context

import rfsl
from rfsl.config.config import Config
from rfsl.config.load import merge_overlays, validate_config
from rfsl.figures.palette import SOURCE
from rfsl.figures.style import STYLE
from rfsl.fixes.map import fix_map
from rfsl.workflow.plan.trials_table import read_trials


def draw(log: str, calibration: str, picture: str) -> None:
    fix = rfsl.localize(log, calibration=calibration).local
    config: Config = validate_config(merge_overlays(["config/afar.yaml"]))
    source_m = read_trials(config)["afar_309_2"].source_position_m(fix.frame)
    figure = fix_map(fix)
    with rc_context({**STYLE, "figure.dpi": 110.0}):
        axes = figure.axes[0]
        axes.plot(
            *source_m[:2], "*", color=SOURCE, markeredgecolor="white", markersize=13, zorder=9
        )
        axes.annotate(
            "true source",
            source_m[:2],
            xytext=(40, 22),
            textcoords="offset points",
            arrowprops={"arrowstyle": "-", "linewidth": 0.6},
            bbox={"facecolor": "white", "alpha": 0.85, "linewidth": 0, "pad": 1.0},
            zorder=9,
        )
        figure.savefig(picture, dpi=110.0, metadata={"Software": None})


if __name__ == "__main__":
    draw(*sys.argv[1:])
