"""The options of `rfsl live`; imported for every `rfsl --help`, so without slow imports."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_live(commands: Commands) -> argparse.ArgumentParser:
    """The parser of `rfsl live`, with the options that no other command has."""
    live = commands.add_parser(
        "live",
        help="a fix that is renewed every few seconds while the UAV flies",
        description="Print a line of JSON with the fix every few seconds, and renew fix.kml, "
        "fix.geojson and fix.json, until nothing more can arrive or the command is interrupted. "
        "Exit status: 0 if the last update has a fix, 1 if not, 2 if you have to correct something "
        "first. docs/how-to/in-flight.md leads through a flight.",
    )
    inputs = live.add_argument_group("inputs")
    inputs.add_argument("--follow", metavar="LOG", help="a log that another program writes")
    inputs.add_argument(
        "--replay", metavar="LOG", help="a log of an earlier flight, as it was flown"
    )
    inputs.add_argument(
        "--speed",
        type=_positive,
        default=1.0,
        metavar="TIMES",
        help="how many times as fast it is replayed (default: 1)",
    )
    inputs.add_argument(
        "--stdin", action="store_true", help="readings as lines of JSON on standard input"
    )
    inputs.add_argument(
        "--udp", type=int, metavar="PORT", help="readings as lines of JSON in datagrams"
    )
    inputs.add_argument(
        "--listen",
        default="127.0.0.1",
        metavar="HOST",
        help="address that --udp listens on (default: 127.0.0.1, this machine alone)",
    )
    inputs.add_argument(
        "--mavlink",
        metavar="ADDRESS",
        help="positions by MAVLink, such as udp:127.0.0.1:14550; the power comes from --follow, "
        "--udp or --stdin (extra live)",
    )
    live.add_argument(
        "--every",
        type=_positive,
        default=5.0,
        metavar="SECONDS",
        help="time between updates (default: 5)",
    )
    live.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="folder for the files; name that of an interrupted run to go on with it (default: "
        "live/<name of the log, or the time>)",
    )
    live.add_argument(
        "--tak",
        metavar="ADDRESS",
        help="send each fix as Cursor-on-Target: udp://host:port or tcp://host:port",
    )
    live.add_argument(
        "--page", action="store_true", help="serve a page with the map and the fix (extra live)"
    )
    add_page(live)
    return live


def add_serve(commands: Commands) -> argparse.ArgumentParser:
    """The parser of `rfsl serve`, with the options that no other command has."""
    serve = commands.add_parser(
        "serve",
        help="a local page that shows the fix of a log that is dropped on it",
        description="Serve a page on this machine until the command is interrupted. It shows the "
        "fix of a log that is dropped on it. Nothing leaves the machine. Exit status: 0, or 2 if "
        "you have to correct something first. Needs the extra live.",
    )
    add_page(serve)
    return serve


def add_page(command: argparse.ArgumentParser) -> None:
    """Where a page is served."""
    command.add_argument(
        "--page-host",
        default="127.0.0.1",
        metavar="HOST",
        help="address that the page listens on (default: 127.0.0.1, this machine alone)",
    )
    command.add_argument(
        "--page-port",
        type=int,
        default=8400,
        metavar="PORT",
        help="port of the page (default: 8400; 0 takes a free one)",
    )


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"found {text}; a number above 0 is needed")
    return value
