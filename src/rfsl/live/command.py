"""What `rfsl live` and `rfsl serve` start."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

from rfsl.api import Asked
from rfsl.errors import ConfigError
from rfsl.fixes.areas import SourceArea
from rfsl.fixes.located_log import located_logs
from rfsl.fixes.log_files import log_name
from rfsl.geometry.frames import LocalFrame
from rfsl.io.writing import check_writable
from rfsl.live.arrivals import Arrivals, from_flight, from_mavlink, from_stdin, from_udp
from rfsl.live.cursor_on_target import TakAddress
from rfsl.live.outputs import Update, update_of, write_link
from rfsl.live.page import Board, PageServer, drop_app, live_app
from rfsl.live.readings import ReadingLogs
from rfsl.live.run import LiveRun
from rfsl.live.tracker import Tracker


def live(options: argparse.Namespace, asked: Asked) -> bool:
    """Run `rfsl live` until it ends or is interrupted.

    Args:
        options: of the command.
        asked: settings and mode.

    Returns:
        Whether the last update has a fix with an estimate.

    Raises:
        ConfigError: the options do not go together, or an input cannot be opened.
        DataError: the area or the calibration cannot be read, or the folder not be written.
        FlightError: a log to replay cannot be read.
    """
    _check(options)
    folder = options.output or Path("live") / _name(options)
    check_writable(folder)
    SourceArea.of(asked.area, asked.settings.scenario)
    tak = None if options.tak is None else TakAddress.of(options.tak)
    run = _run(options, asked, folder)
    run.tak = tak
    write_link(folder, f"rfsl live: {_name(options)}", options.every)

    page = None
    if options.page:
        board = Board()
        run.listeners = (board.tell,)
        page = PageServer.start(
            live_app(board, options.page_host), options.page_host, options.page_port
        )
        print(f"rfsl live: page at {page.address}", file=sys.stderr, flush=True)
    print(f"rfsl live: renews the fix in {folder} every {options.every:g} s", file=sys.stderr)
    with _interrupted(run.stopped):
        try:
            fix = run.loop()
            if page is not None and not run.stopped.is_set():
                print("rfsl live: the flight has ended; Ctrl-C ends the page", file=sys.stderr)
                run.stopped.wait()
        finally:
            if run.arrivals is not None:
                run.arrivals.stopped.set()
            if page is not None:
                page.stop()
    return fix is not None and fix.estimate is not None


def serve(options: argparse.Namespace, asked: Asked) -> None:
    """Run `rfsl serve` until it is interrupted.

    Raises:
        ConfigError: the extra is not installed, or the port is taken.
        DataError: the area cannot be read.
    """
    SourceArea.of(asked.area, asked.settings.scenario)

    def dropped(name: str, content: bytes) -> Update:
        # A folder of its own, because readers look for the other files of a raw log beside it.
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / (Path(name.replace("\\", "/")).name.strip(".") or "flight")
            log.write_bytes(content)
            positions = None if asked.positions is None else Path(asked.positions)
            return update_of(1, Tracker(asked, log, positions).fix(), "", (), ended=True)

    page = PageServer.start(
        drop_app(dropped, options.page_host), options.page_host, options.page_port
    )
    stopped = Event()
    with _interrupted(stopped):
        print(f"rfsl serve: open {page.address} in a browser; Ctrl-C ends it", flush=True)
        stopped.wait()
    page.stop()


@contextmanager
def _interrupted(event: Event) -> Iterator[None]:
    """Let Ctrl-C and a request to end set an event."""

    def stop(number: int, frame: FrameType | None) -> None:
        event.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _check(options: argparse.Namespace) -> None:
    """Check that the inputs go together.

    Raises:
        ConfigError: they do not.
    """
    arriving = [options.stdin, options.udp is not None]
    if options.replay is not None and (any(arriving) or options.follow or options.mavlink):
        raise ConfigError("--replay: found other inputs beside it; it is one of its own")
    if options.follow is not None and any(arriving):
        raise ConfigError("--follow: only --mavlink may stand beside it, for the positions")
    if options.mavlink and not (any(arriving) or options.follow):
        raise ConfigError(
            "--mavlink gives positions alone; name the power too: --follow LOG, --udp PORT or "
            "--stdin"
        )
    if options.mavlink and options.positions:
        raise ConfigError("--positions and --mavlink: the positions come from one of them")
    if not (any(arriving) or options.follow or options.replay):
        raise ConfigError("rfsl live needs an input: --follow, --replay, --stdin or --udp")


def _run(options: argparse.Namespace, asked: Asked, folder: Path) -> LiveRun:
    """The run, with its inputs started."""
    if options.follow is not None and not options.mavlink:
        log = Path(options.follow)
        positions = None if asked.positions is None else Path(asked.positions)
        # The files of a raw log lie beside it.
        watched = [log if log.is_dir() else log.parent, *([] if positions is None else [positions])]
        return LiveRun(Tracker(asked, log, positions), folder, options.every, watched)
    logs, arrivals = ReadingLogs(folder), Arrivals()
    logs.open()
    log = logs.power if options.follow is None else Path(options.follow)
    if options.replay is not None:
        area, (flight,) = located_logs(
            [options.replay],
            asked.area,
            asked.settings.scenario,
            asked.settings.flights,
            asked.positions,
            asked.positions_offset_s,
        )
        frame = LocalFrame.of(area.scenario)
        replayed = from_flight(flight, frame, asked.settings.flights, options.speed, logs.last_s())
        arrivals.start("replay", replayed)
    if options.stdin:
        arrivals.start("stdin", from_stdin)
    if options.udp is not None:
        arrivals.start("udp", from_udp(options.listen, options.udp))
    if options.mavlink:
        arrivals.start("mavlink", from_mavlink(options.mavlink))
    tracker = Tracker(_own_logs(asked, options.follow is None), log, logs.positions)
    return LiveRun(tracker, folder, options.every, [log, logs.positions], arrivals, logs)


def _own_logs(asked: Asked, power_too: bool) -> Asked:
    """The settings for logs of our own, which have our names of columns and one clock."""
    flights = asked.settings.flights
    if power_too:
        flights = flights.model_copy(update={"columns": {}, "where": {}})
    settings = replace(asked.settings, flights=flights)
    return replace(asked, settings=settings, positions_offset_s=0.0)


def _name(options: argparse.Namespace) -> str:
    """Name of the run, for its folder."""
    log = options.follow or options.replay
    if log is not None:
        return log_name(log)
    return datetime.now(UTC).strftime("%Y-%m-%d_%H_%M_%S")
