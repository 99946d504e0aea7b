"""Options of the command `rfsl plan`, which loads nothing else for --help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl.errors import ConfigError

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_plan(commands: Commands) -> argparse.ArgumentParser:
    """The command, without the options of every command that reads logs."""
    plan = commands.add_parser(
        "plan",
        help="where to fly next, or a whole first way",
        description="Choose where to fly next after a log of the flight so far, or without a log a "
        "whole first way; write it for the aircraft. Every waypoint is checked against the fence. "
        "Exit status: 0 if there is a way, 2 if you have to correct something first. "
        "docs/how-to/plan-a-flight.md leads through it.",
    )
    plan.add_argument(
        "log", metavar="LOG", nargs="?", help="log of the flight so far (default: before take-off)"
    )
    plan.add_argument(
        "--fence",
        required=True,
        metavar="FILE",
        help="KML, KMZ, GeoJSON or QGroundControl plan with the polygon in which the UAV may fly",
    )
    plan.add_argument(
        "--area",
        metavar="FILE",
        help="the same of where the source may be (default: the box round the fence)",
    )
    plan.add_argument(
        "--policy",
        default="expected_error",
        metavar="NAME",
        help="one of docs/explanation/planning.md (default: expected_error)",
    )
    plan.add_argument(
        "--calibration",
        metavar="NAME|FILE",
        help="aerpaw (AERPAW's hexacopter), none, or a file of `rfsl calibrate` (default: none)",
    )
    plan.add_argument(
        "--height",
        type=float,
        metavar="METRES",
        help="height of the flight above ground (default: planning.height_m)",
    )
    plan.add_argument(
        "--start",
        metavar="LAT,LON",
        help="first waypoint, before take-off (default: the middle of the fence)",
    )
    plan.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="write the waypoints: name.plan for QGroundControl and aerpawlib, name.waypoints for "
        "QGC WPL 110 (default: they are only printed)",
    )
    plan.add_argument("--force", action="store_true", help="overwrite a file that is there already")
    return plan


def check_output(path: Path | None, force: bool) -> None:
    """Check that the file of `--output` can be written, before anything is computed.

    Raises:
        ConfigError: its ending names no format.
        DataError: it is there already, and not to be overwritten; or its folder is not writable.
    """
    from rfsl.io.writing import check_new
    from rfsl.planning.aircraft import check_ending

    if path is None:
        return
    check_ending(path)
    check_new(path, force)


def start_deg(text: str | None) -> tuple[float, float] | None:
    """Latitude and longitude of `--start`.

    Raises:
        ConfigError: they are not two numbers.

    Example:
        >>> start_deg("35.7275,-78.6962")
        (35.7275, -78.6962)
    """
    if text is None:
        return None
    try:
        latitude_deg, longitude_deg = map(float, text.split(","))
    except ValueError:
        raise ConfigError(
            f"--start: found {text!r}; latitude and longitude in degrees are needed, such as "
            "35.7275,-78.6962"
        ) from None
    return latitude_deg, longitude_deg
