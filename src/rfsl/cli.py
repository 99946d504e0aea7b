"""The command `rfsl`, for people who do not use Snakemake."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rfsl import __version__

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
    from threadpoolctl import threadpool_limits

    from rfsl.errors import RfslError

    try:
        # The matrices are small: threads would only wait for each other.
        with threadpool_limits(1):
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
        "--area", metavar="KML", help="file with the polygon in which the source may be"
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
    from rfsl.config.load import merge_overlays
    from rfsl.localize.choice import choose_mode
    from rfsl.localize.fix import Settings, localize
    from rfsl.localize.output import OUTPUTS, fix_record, write_fix
    from rfsl.localize.wording import headline, regions_held
    from rfsl.workflow.plan.plan import Plan

    raw = merge_overlays(options.config)
    raw["localize"] = _changed(raw["localize"], options)
    raw["flights"] = _with_pairs(
        _with_pairs(raw["flights"], "columns", ",".join(options.columns).split(",")),
        "where",
        options.where,
    )
    plan = Plan.of_one_flight(raw)
    config = plan.config
    choice = choose_mode(plan.localize.modes(), options.results)
    settings = Settings(config.scenario, plan.localize.flights(), config.localizers)
    block = config.localize
    fix = localize(options.flight, block.area, choice, settings, options.results, block.positions)
    log = Path(options.flight).resolve()
    # A name of only dots would be another folder.
    name = (log.name if log.is_dir() else log.stem).strip(".") or "flight"
    folder = options.output or options.results / "localize" / name
    write_fix(fix, folder)
    record = fix_record(fix)
    print(headline(record), file=sys.stdout if record["usable"] else sys.stderr)
    if record["regions_held_elsewhere"] is not None:
        print(f"  on other flights, {regions_held(record['regions_held_elsewhere'])}")
    for note in record["notes"]:
        print(f"  {note}")
    print(f"Written to {folder}: {', '.join(OUTPUTS)}")
    return FOUND if record["usable"] else UNUSABLE


def _changed(block: Any, options: argparse.Namespace) -> Any:
    """The block `localize` with the command line's options; a malformed one stays as it is."""
    if not isinstance(block, dict):
        return block
    changed = dict(block)
    if options.area is not None:
        changed["area"] = options.area
    if options.positions is not None:
        changed["positions"] = options.positions
    if options.duration is not None:
        changed["duration_s"] = options.duration
    estimator = options.estimator
    if estimator is not None and isinstance(block.get("modes"), list):
        others = [mode for mode in block["modes"] if mode != estimator]
        # The last mode needs no files: if it is preferred, the others are not needed.
        last = block["modes"][-1:] == [estimator]
        changed["modes"] = [estimator] if last else [estimator, *others]
    return changed


def _with_pairs(block: Any, key: str, pairs: Sequence[str]) -> Any:
    """The block `flights` with NAME=VALUE pairs in one of its mappings.

    Raises:
        ConfigError: a pair has no equals sign.
    """
    from rfsl.errors import ConfigError

    values = {}
    for pair in filter(None, pairs):
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfigError(f"--{key}: found {pair!r}; NAME=VALUE is needed")
        values[name.strip()] = value.strip()
    if not values or not isinstance(block, dict) or not isinstance(block.get(key, {}), dict):
        return block
    return {**block, key: {**block.get(key, {}), **values}}


if __name__ == "__main__":
    sys.exit(main())
