"""The loop of a live run: take what has arrived, make a fix, print it, renew the files."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from rfsl.errors import DataError, RfslError
from rfsl.fixes.flown import Fix
from rfsl.fixes.output import write_fix
from rfsl.live.arrivals import Arrivals, signature
from rfsl.live.cursor_on_target import TakAddress, event
from rfsl.live.outputs import Update, renew, update_of
from rfsl.live.readings import ReadingLogs
from rfsl.live.tracker import Tracker

#: Arrivals are taken this often between updates.
_TAKEN_EVERY_S = 0.1


@dataclass
class LiveRun:
    """A run of `rfsl live`.

    Attributes:
        tracker: makes the fixes.
        folder: where the files are renewed.
        every_s: time between updates.
        watched: logs that grow; nothing is computed while they stay as they are.
        arrivals, logs: readings that arrive, and the logs of our own that keep them; None if
            another program writes all logs.
        tak: where events of Cursor-on-Target go; None: nowhere.
        listeners: are told each update.
        stopped: ends the run after one more update.
    """

    tracker: Tracker
    folder: Path
    every_s: float
    watched: Sequence[Path]
    arrivals: Arrivals | None = None
    logs: ReadingLogs | None = None
    tak: TakAddress | None = None
    listeners: Sequence[Callable[[Update], None]] = ()
    stopped: Event = field(default_factory=Event)
    _fix: Fix | None = None
    _reason: str = ""
    _signature: object = None
    _problems: tuple[str, ...] = ()

    def loop(self) -> Fix | None:
        """Update until nothing more can arrive or the run is stopped; the last fix."""
        number, failed, ended = 0, "", False
        while not ended:
            ended = self._wait()
            number += 1
            self._renew_fix()
            problems = (*self._input_problems(), *filter(None, [failed]))
            update = update_of(number, self._fix, self._reason, problems, ended)
            failed = renew(self.folder, update) or self._send(update)
            if failed and failed not in problems:
                told = [*update.record["problems"], failed]
                update = replace(update, record=update.record | {"problems": told})
            self._tell(update)
        self._write_all()
        return self._fix

    def _wait(self) -> bool:
        """Take what arrives until the next update is due; whether it is the last one."""
        due_s = time.monotonic() + self.every_s
        while not self.stopped.is_set():
            if self.arrivals is not None and self.logs is not None:
                for reading in self.arrivals.taken():
                    self.logs.add(reading)
                self.logs.write()
                if self.arrivals.ended:
                    return True
            left_s = due_s - time.monotonic()
            if left_s <= 0.0:
                return False
            self.stopped.wait(min(left_s, _TAKEN_EVERY_S))
        return True

    def _renew_fix(self) -> None:
        """The fix by what the logs hold, if they have changed; a fix that was made stays."""
        found = signature(list(self.watched))
        if found == self._signature:
            return
        self._signature = found
        try:
            self._fix = self.tracker.fix()
            self._reason = ""
        except RfslError as error:
            self._reason = str(error)

    def _input_problems(self) -> list[str]:
        found = []
        if self._fix is not None and self._reason:
            found.append(f"the fix is that of before: {self._reason}")
        if self.logs is not None and self.logs.problem:
            found.append(self.logs.problem)
        if self.arrivals is not None and self.arrivals.bad:
            count = self.arrivals.bad
            found.append(f"{count} lines were no readings, the last one: {self.arrivals.reason}")
        return found

    def _send(self, update: Update) -> str:
        """Send the event, if there is an address; say what failed."""
        content = event(update.record, self.every_s) if self.tak is not None else None
        if self.tak is None or content is None:
            return ""
        try:
            self.tak.send(content)
        except OSError as error:
            return f"--tak {self.tak.host}:{self.tak.port} cannot be reached: {error}"
        return ""

    def _tell(self, update: Update) -> None:
        """Print the line, tell the listeners, and say new problems on standard error."""
        with suppress(OSError):  # nobody reads it, or the disk that it goes to is full
            print(json.dumps(update.record, allow_nan=False), flush=True)
        for listener in self.listeners:
            listener(update)
        problems = tuple(update.record["problems"])
        for problem in problems:
            if problem not in self._problems:
                print(f"rfsl live: {problem}", file=sys.stderr, flush=True)
        self._problems = problems

    def _write_all(self) -> None:
        """At the end, every file of a fix: the map and its page too."""
        if self._fix is None:
            return
        try:
            write_fix(self._fix, self.folder)
        except DataError as error:
            print(f"rfsl live: {error}", file=sys.stderr, flush=True)
