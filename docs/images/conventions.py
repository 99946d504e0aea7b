"""Draw the picture of docs/explanation/code.md: axes and angles, from above and from the side.

Run as `python docs/images/conventions.py PICTURE` from the repository root.
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc

from rfsl.config.propagation import LegSettings
from rfsl.figures.palette import FLIGHT_AREA, SOURCE
from rfsl.figures.style import STYLE

YAW_DEG = 55.0
GREY = "0.45"


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    axes.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
    )


def ray(angle_deg: float, length: float) -> tuple[float, float]:
    """End of a ray at an angle from x, counter-clockwise."""
    return length * np.cos(np.radians(angle_deg)), length * np.sin(np.radians(angle_deg))


def from_above(axes: Axes) -> None:
    """Local frame, yaw, body frame, and the azimuth of the source in the body frame."""
    right_deg = -YAW_DEG  # yaw turns clockwise
    nose_deg = right_deg + 90.0
    source = (-0.55, 1.15)
    azimuth_deg = (np.degrees(np.arctan2(source[1], source[0])) - right_deg) % 360.0
    for end, name, place in (
        ((1.25, 0.0), "x, east", (1.27, 0.04)),
        ((0.0, 1.25), "y, north", (0.02, 1.31)),
    ):
        arrow(axes, (0.0, 0.0), end, GREY)
        axes.text(*place, name, color=GREY, ha="center", va="bottom")
    for angle_deg, name in ((right_deg, "right (0°)"), (nose_deg, "nose (90°)")):
        arrow(axes, (0.0, 0.0), ray(angle_deg, 1.0), FLIGHT_AREA)
        axes.text(*ray(angle_deg, 1.13), name, color=FLIGHT_AREA, ha="left", va="center")
    for angle_deg in LegSettings().azimuths_deg:
        x, y = ray(right_deg + angle_deg, 0.32)
        axes.plot([0.0, x], [0.0, y], color="black", linewidth=2.5, solid_capstyle="round")
    axes.text(*ray(right_deg + 270.0, 0.42), "legs", ha="center", va="top")
    axes.plot(*source, "*", color=SOURCE, markersize=11)
    axes.plot([0.0, source[0]], [0.0, source[1]], color=SOURCE, linestyle=":")
    axes.text(source[0] - 0.08, source[1], "source", color=SOURCE, ha="right", va="center")
    axes.add_patch(Arc((0, 0), 1.5, 1.5, theta1=nose_deg, theta2=90.0, color=GREY))
    axes.text(*ray(66.0, 0.86), "yaw", color=GREY, ha="center", va="center")
    axes.add_patch(
        Arc((0, 0), 1.0, 1.0, theta1=right_deg, theta2=right_deg + azimuth_deg, color=SOURCE)
    )
    axes.text(*ray(-14.0, 0.56), "azimuth φ", color=SOURCE, ha="left", va="center")
    axes.set(title="from above", xlim=(-1.35, 1.65), ylim=(-0.85, 1.5))


def from_the_side(axes: Axes) -> None:
    """Heights, the direct and the reflected path, depression and grazing angle."""
    uav, source, mirror = (0.0, 1.0), (2.3, 0.22), (2.3, -0.22)
    bounce = uav[0] + (source[0] - uav[0]) * uav[1] / (uav[1] + source[1])
    axes.axhline(0.0, color=GREY)
    axes.text(-0.12, -0.03, "flat ground, z = 0", color=GREY, va="top")
    axes.plot([uav[0], 2.3], [uav[1]] * 2, color=GREY, linestyle="--", linewidth=0.8)
    axes.plot(*zip(uav, source, strict=True), color=SOURCE)
    axes.plot([uav[0], bounce, source[0]], [uav[1], 0.0, source[1]], color=FLIGHT_AREA)
    axes.plot([bounce, mirror[0]], [0.0, mirror[1]], color=FLIGHT_AREA, linestyle=":")
    axes.plot(*uav, "s", color="black")
    axes.text(uav[0], uav[1] + 0.07, "UAV, height z", ha="center")
    axes.plot(*source, "*", color=SOURCE, markersize=11)
    axes.text(source[0] + 0.08, source[1], "source,\nheight $r_z$", color=SOURCE, va="center")
    axes.text(mirror[0] + 0.08, mirror[1], "mirror image", color=GREY, va="center")
    axes.text(1.28, 0.62, "$d_3$, direct", color=SOURCE)
    axes.text(0.72, 0.5, "$d_1$", color=FLIGHT_AREA, ha="right")
    axes.text(2.18, 0.06, "$d_2$", color=FLIGHT_AREA)
    depression_deg = np.degrees(np.arctan2(uav[1] - source[1], source[0]))
    grazing_deg = np.degrees(np.arctan2(uav[1] + source[1], source[0]))
    axes.add_patch(Arc(uav, 1.7, 1.7, theta1=-depression_deg, theta2=0.0, color=SOURCE))
    axes.text(0.9, 0.86, "depression (elevation = −depression)", color=SOURCE, va="center")
    axes.add_patch(
        Arc((bounce, 0), 0.7, 0.7, theta1=180.0 - grazing_deg, theta2=180.0, color=FLIGHT_AREA)
    )
    axes.text(bounce - 0.39, 0.09, "$θ_r$", color=FLIGHT_AREA, ha="right")
    axes.set(title="from the side", xlim=(-0.5, 3.05), ylim=(-0.45, 1.35))


def draw(picture: Path) -> None:
    with rc_context({**STYLE, "figure.dpi": 130.0}):
        figure = Figure(figsize=(8.4, 3.2), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.55])
        from_above(left)
        from_the_side(right)
        for axes in (left, right):
            axes.set_axis_off()
            axes.set_aspect("equal")
        figure.savefig(picture, metadata={"Software": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
