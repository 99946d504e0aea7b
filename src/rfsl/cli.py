"""The command `rfsl`, for people who do not use Snakemake."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rfsl import __version__
from rfsl.live.options import add_live, add_serve
from rfsl.planning.options import add_plan, check_output, start_deg

if TYPE_CHECKING:
    from rfsl.fixes.geodetic_fix import GeodeticFix

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

#: Exit statuses: a fix was made; the flight gives none; the user has to correct something.
FOUND, UNUSABLE, MISTAKE = 0, 1, 2
#: A folder has the names of so many logs at the most.
_NAMED = 3
#: Fewer flights say little about how flights differ.
_FEW_FLIGHTS = 3


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
        return int(options.run(options))
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
    _add_localize(commands)
    _add_calibrate(commands)
    live = add_live(commands)
    live.set_defaults(run=_live)
    serve = add_serve(commands)
    serve.set_defaults(run=_serve)
    for command in (live, serve):
        _add_fix(command)
        _add_reading(command)
    plan = add_plan(commands)
    plan.set_defaults(run=_plan)
    _add_reading(plan)
    return parser


def _add_localize(commands: Commands) -> None:
    localize = commands.add_parser(
        "localize",
        help="a position, its uncertainty and a map from flight logs of one source",
        description="Write fix.json, fix.geojson, fix.kml, map.png and map.html for one flight, or "
        "for several over one source. Exit status: 0 if a fix was made, 1 if the flights give none "
        "(the reason is on stderr), 2 if you have to correct something first. "
        "docs/how-to/localize.md explains the result.",
    )
    localize.set_defaults(run=_localize)
    localize.add_argument(
        "flight",
        metavar="PATH",
        nargs="+",
        help="log of the flight, or its folder; several of flights over one source are fused",
    )
    localize.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="folder for the files (default: localize/<name of the log> under --results)",
    )
    localize.add_argument(
        "--force",
        action="store_true",
        help="overwrite files in that folder that are not of a fix of this log",
    )
    localize.add_argument(
        "--samples",
        action="store_true",
        help="write samples.csv too: each sample, and whether the estimate used it",
    )
    localize.add_argument(
        "--geotiff",
        action="store_true",
        help="write posterior.tif too: the density of the position, for a GIS (extra gis)",
    )
    _add_fix(localize)
    _add_reading(localize)


def _add_fix(command: argparse.ArgumentParser) -> None:
    """Options of every command that makes a fix."""
    command.add_argument(
        "--area",
        metavar="FILE",
        help="KML, KMZ, GeoJSON or QGroundControl plan with the polygons in which the source may "
        "be (default: scenario.source_area, or the box round the track if that is far away)",
    )
    command.add_argument(
        "--estimator", metavar="MODE", help="preferred mode, a key of modes: in the config"
    )
    command.add_argument(
        "--calibration",
        metavar="NAME|FILE",
        help="aerpaw (AERPAW's hexacopter), none, or a file of `rfsl calibrate` (default: "
        "calibration/all.json under --results, if it is there; localize.calibration)",
    )
    command.add_argument(
        "--positions",
        metavar="FILE",
        help="file with the positions, if PATH holds the power alone (localize.positions)",
    )
    command.add_argument(
        "--positions-offset",
        type=float,
        metavar="SECONDS",
        help="added to the clock of the positions, if they were logged separately (default: "
        "localize.positions_offset_s, 0)",
    )
    command.add_argument(
        "--duration",
        type=float,
        metavar="SECONDS",
        help="use only the start of the flight (default: the whole flight; localize.duration_s)",
    )
    command.add_argument(
        "--results",
        type=Path,
        default=Path("results"),
        metavar="FOLDER",
        help="results of the workflow: calibration, trained networks (default: results)",
    )


def _add_calibrate(commands: Commands) -> None:
    calibrate = commands.add_parser(
        "calibrate",
        help="a calibration of your aircraft from flights over known sources",
        description="Write a calibration that `rfsl localize --calibration FILE` takes, from "
        "flights over known sources. Exit status: 0 if it was made, 2 if you have to correct "
        "something first. docs/how-to/calibrate.md leads through it.",
    )
    calibrate.set_defaults(run=_calibrate)
    calibrate.add_argument(
        "table", metavar="TABLE", help="trials table: a row for each flight, with its source"
    )
    calibrate.add_argument(
        "--output",
        type=Path,
        default=Path("calibration.json"),
        metavar="FILE",
        help="where it is written (default: calibration.json)",
    )
    calibrate.add_argument(
        "--force", action="store_true", help="overwrite a file that is there already"
    )
    calibrate.add_argument(
        "--trials",
        nargs="+",
        metavar="NAME",
        help="rows that are used (default: calibration.trials, or all rows with a log)",
    )
    calibrate.add_argument(
        "--about",
        metavar="TEXT",
        help="aircraft, antennas and radio, in words: a fix says that the calibration holds for "
        "them (calibration.about)",
    )
    _add_reading(calibrate)


def _add_reading(command: argparse.ArgumentParser) -> None:
    """Options of every command that reads logs."""
    command.add_argument(
        "--columns",
        action="append",
        default=[],
        metavar="COLUMN=NAME,...",
        help="names of the log's columns, such as rss_db=rssi,time_s=timestamp; an empty name "
        "leaves a column out (flights.columns)",
    )
    command.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="take only the rows with this value, such as channel=11; may be repeated "
        "(flights.where)",
    )
    command.add_argument(
        "--source-height",
        type=float,
        metavar="METRES",
        help="height of the source's antenna above ground (default: scenario.source_height_m)",
    )
    command.add_argument(
        "--frequency",
        type=float,
        metavar="HZ",
        help="carrier frequency (default: scenario.frequency_hz)",
    )
    command.add_argument(
        "--config",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="YAML",
        help="files with changes to the default config; later ones win",
    )


def _reading(options: argparse.Namespace) -> dict[str, Any]:
    """Arguments of the call from the options of `_add_reading`."""
    return {
        "columns": _pairs("--columns", ",".join(options.columns).split(",")),
        "where": _pairs("--where", options.where),
        "source_height_m": options.source_height,
        "frequency_hz": options.frequency,
        "config": options.config,
    }


def _localize(options: argparse.Namespace) -> int:
    from rfsl.api import localize
    from rfsl.fixes.geotiff import check_geotiff
    from rfsl.fixes.output import GEOTIFF, SAMPLES, check_replaceable
    from rfsl.io.writing import check_writable

    folder = options.output or options.results / "localize" / _name(options.flight)
    check_writable(folder)
    if options.geotiff:
        check_geotiff()
    if not options.force:
        check_replaceable(folder, options.flight, options.positions)
    fix = localize(options.flight, **_fix_options(options))
    asked = {SAMPLES: options.samples, GEOTIFF: options.geotiff}
    written = fix.write(folder, [name for name, wanted in asked.items() if wanted])
    with _readable():
        _tell(fix)
        if options.geotiff and GEOTIFF not in written:
            print(f"  no {GEOTIFF}: there are no probabilities over the cells of a grid")
        print(f"Written to {folder}: {', '.join(written)}", flush=True)
    return FOUND if fix.usable else UNUSABLE


def _fix_options(options: argparse.Namespace) -> dict[str, Any]:
    """Arguments of the call from the options of `_add_fix` and `_add_reading`."""
    return {
        "positions": options.positions,
        "positions_offset_s": options.positions_offset,
        "duration_s": options.duration,
        "area": options.area,
        "estimator": options.estimator,
        "calibration": options.calibration,
        "results": options.results,
        **_reading(options),
    }


def _live(options: argparse.Namespace) -> int:
    from rfsl.api import prepared
    from rfsl.live.command import live

    return FOUND if live(options, prepared(**_fix_options(options))) else UNUSABLE


def _serve(options: argparse.Namespace) -> int:
    from rfsl.api import prepared
    from rfsl.live.command import serve

    serve(options, prepared(**_fix_options(options)))
    return FOUND


def _calibrate(options: argparse.Namespace) -> int:
    from rfsl.api import calibrate
    from rfsl.io.records import write_json
    from rfsl.io.writing import check_new

    check_new(options.output, options.force)
    made = calibrate(options.table, trials=options.trials, about=options.about, **_reading(options))
    write_json(made.model_dump(), options.output)
    with _readable():
        spread_db = "/".join(f"{value:.1f}" for value in made.residual.std_db)
        edges_deg = "/".join(f"{value:g}" for value in made.residual.depression_edges_deg[1:-1])
        print(f"Calibrated on {len(made.trials)} flights: {', '.join(made.trials)}")
        print(f"  shadowing {spread_db} dB (bounds at {edges_deg} degrees of depression)")
        if len(made.trials) < _FEW_FLIGHTS:
            print(
                f"  from fewer than {_FEW_FLIGHTS} flights it hardly knows how flights differ from "
                "each other: regions lean on the priors of calibration: in the config"
            )
        print(f"Written to {options.output}: rfsl localize LOG --calibration {options.output}")
    return FOUND


def _plan(options: argparse.Namespace) -> int:
    from rfsl.api import plan, planner
    from rfsl.fixes.planned import told

    check_output(options.output, options.force)
    chooser = planner(
        options.fence,
        area=options.area,
        policy=options.policy,
        calibration=options.calibration,
        height_m=options.height,
        start_deg=start_deg(options.start),
        **_reading(options),
    )
    way = plan(options.log, chooser)
    if options.output is not None:
        way.plan.write(options.output)
    with _readable():
        print("\n".join(told(way, chooser.policy.label)))
        if options.output is not None:
            print(f"Written to {options.output}")
    return FOUND


@contextmanager
def _readable() -> Iterator[None]:
    """Text for a reader who may stop reading, as `head` does: nothing is left to be written."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())


def _name(logs: Sequence[str]) -> str:
    """Name of a log, or of several, for the folder of their fix."""
    from rfsl.fixes.log_files import log_name

    names = [log_name(log) for log in logs]
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return " ".join(names[:_NAMED] + more)


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
