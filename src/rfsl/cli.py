"""The command `rfsl`, for people who do not use Snakemake."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rfsl import __version__

if TYPE_CHECKING:
    from rfsl.fixes.geodetic_fix import GeodeticFix

#: Exit statuses: a fix was made; the flight gives none; the user has to correct something.
FOUND, UNUSABLE, MISTAKE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command `rfsl`.

    Args:
        arguments: words after the command's name; None: those of the process.

    Returns:
        `FOUND`, `UNUSABLE` or `MISTAKE`. Wrong arguments end the process with status 2.
    """
    options = _parser().parse_args(arguments)
    # Imported here so that --help and --version answer at once.
    from rfsl.errors import RfslError

    try:
        return _localize(options)
    except RfslError as error:
        print(f"rfsl: {error}", file=sys.stderr)
        return MISTAKE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="rfsl",
        description="Find a hidden radio transmitter from what a UAV measured in flight.",
    )
    parser.add_argument("--version", action="version", version=f"uav-rfsl {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    localize = commands.add_parser(
        "localize",
        help="a position, its uncertainty and a map from one flight log",
        description="Write fix.json, fix.geojson, fix.kml, map.png and map.html for one flight. "
        "Exit status: 0 if a fix was made, 1 if the flight gives none (the reason is on stderr), 2 "
        "if you have to correct something first. docs/how-to/localize.md explains the result.",
    )
    localize.add_argument("flight", metavar="PATH", help="log of the flight, or its folder")
    localize.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="folder for the files (default: localize/<name of the log> under --results)",
    )
    localize.add_argument(
        "--config",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="YAML",
        help="files with changes to the default config; later ones win",
    )
    localize.add_argument(
        "--force",
        action="store_true",
        help="overwrite files in that folder that are not of a fix of this log",
    )
    localize.add_argument(
        "--area",
        metavar="FILE",
        help="KML, KMZ, GeoJSON or QGroundControl plan with the polygons in which the source may "
        "be (default: scenario.source_area, or the box round the track if that is far away)",
    )
    localize.add_argument(
        "--source-height",
        type=float,
        metavar="METRES",
        help="height of the source's antenna above ground (default: scenario.source_height_m)",
    )
    localize.add_argument(
        "--frequency",
        type=float,
        metavar="HZ",
        help="carrier frequency (default: scenario.frequency_hz)",
    )
    localize.add_argument(
        "--estimator", metavar="MODE", help="preferred mode, a key of modes: in the config"
    )
    localize.add_argument(
        "--columns",
        action="append",
        default=[],
        metavar="COLUMN=NAME,...",
        help="names of the log's columns, such as rss_db=rssi,time_s=timestamp; an empty name "
        "leaves a column out (flights.columns)",
    )
    localize.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="take only the rows with this value, such as channel=11; may be repeated "
        "(flights.where)",
    )
    localize.add_argument(
        "--positions",
        metavar="FILE",
        help="file with the positions, if PATH holds the power alone (localize.positions)",
    )
    localize.add_argument(
        "--positions-offset",
        type=float,
        metavar="SECONDS",
        help="added to the clock of the positions, if they were logged separately (default: "
        "localize.positions_offset_s, 0)",
    )
    localize.add_argument(
        "--duration",
        type=float,
        metavar="SECONDS",
        help="use only the start of the flight (default: the whole flight; localize.duration_s)",
    )
    localize.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="results of the workflow: calibration, trained networks (default: results)",
    )
    return parser


def _localize(options: argparse.Namespace) -> int:
    from rfsl.api import localize
    from rfsl.fixes.output import OUTPUTS, check_replaceable
    from rfsl.io.writing import check_writable

    folder = options.output or options.results / "localize" / _name(options.flight)
    check_writable(folder)
    if not options.force:
        check_replaceable(folder, options.flight, options.positions)
    fix = localize(
        options.flight,
        positions=options.positions,
        positions_offset_s=options.positions_offset,
        columns=_pairs("--columns", ",".join(options.columns).split(",")),
        where=_pairs("--where", options.where),
        duration_s=options.duration,
        area=options.area,
        estimator=options.estimator,
        source_height_m=options.source_height,
        frequency_hz=options.frequency,
        config=options.config,
        results=options.results,
    )
    fix.write(folder)
    try:
        _tell(fix)
        print(f"Written to {folder}: {', '.join(OUTPUTS)}", flush=True)
    except BrokenPipeError:
        # The reader has read enough, as `head` does. Nothing is left to be written at the end.
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
    return FOUND if fix.usable else UNUSABLE


def _name(log: str) -> str:
    """Name of a log for the folder of its fix."""
    path = Path(log).resolve()
    # A name of only dots would be another folder.
    return (path.name if path.is_dir() else path.stem).strip(".") or "flight"


def _tell(fix: GeodeticFix) -> None:
    """Say what was found: the position, and then the notes."""
    from rfsl.fixes.wording import headline, regions_held

    record = fix.record.model_dump()
    print(headline(record), file=sys.stdout if fix.usable else sys.stderr)
    if record["regions_held_elsewhere"] is not None:
        print(f"  on other flights, {regions_held(record['regions_held_elsewhere'])}")
    for note in fix.notes:
        print(f"  {note}")


def _pairs(option: str, words: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE pairs by their names.

    Raises:
        ConfigError: a pair has no equals sign.
    """
    from rfsl.errors import ConfigError

    values = {}
    for word in filter(None, words):
        name, equals, value = word.partition("=")
        if not equals:
            raise ConfigError(f"{option}: found {word!r}; NAME=VALUE is needed")
        values[name.strip()] = value.strip()
    return values


if __name__ == "__main__":
    sys.exit(main())
