"""Where readings arrive from, each in a thread of its own that hands them to a queue."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np

from rfsl.config.flights import FlightSettings
from rfsl.errors import ConfigError, install_extra
from rfsl.flights.flight import Flight
from rfsl.geometry.frames import LocalFrame
from rfsl.live.readings import BadReadingError, parsed

#: Largest datagram.
_DATAGRAM_BYTES = 65_536
#: MAVLink gives angles in radians, latitudes in 1e-7 degrees, heights in millimetres.
_MAVLINK_DEG, _MAVLINK_M = 1e-7, 1e-3
#: A thread looks this often whether it has to end.
_LOOK_S = 0.2

Reading = dict[str, float]


@dataclass
class Arrivals:
    """Readings that have arrived, from any number of threads.

    Attributes:
        bad: how many lines were no readings, and the last reason.
    """

    _queue: SimpleQueue[Reading | None] = field(default_factory=SimpleQueue)
    _open: int = 0
    bad: int = 0
    reason: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str, feed: Callable[[Arrivals], None]) -> None:
        """Run a feed in a thread of its own; it ends when it returns."""
        self._open += 1

        def run() -> None:
            try:
                feed(self)
            finally:
                self._queue.put(None)

        threading.Thread(target=run, name=name, daemon=True).start()

    def line(self, text: str) -> None:
        """A line that should be a reading; others are counted."""
        if not text.strip():
            return
        try:
            self.reading(parsed(text))
        except BadReadingError as error:
            self.bad, self.reason = self.bad + 1, str(error)

    def reading(self, values: Reading) -> None:
        self._queue.put(values)

    def taken(self) -> Iterator[Reading]:
        """What has arrived since the last call."""
        while True:
            try:
                found = self._queue.get_nowait()
            except Empty:
                return
            if found is None:
                self._open -= 1
            else:
                yield found

    @property
    def ended(self) -> bool:
        """Whether nothing more can arrive."""
        return self._open == 0


def from_stdin(arrivals: Arrivals) -> None:
    """JSON lines on standard input, until it ends."""
    for line in sys.stdin:
        arrivals.line(line)


def from_udp(host: str, port: int) -> Callable[[Arrivals], None]:
    """JSON lines in datagrams; one may hold several.

    Raises:
        ConfigError: the port cannot be listened on.
    """
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        receiver.bind((host, port))
    except OSError as error:
        receiver.close()
        raise ConfigError(
            f"--udp {port}: cannot listen on {host}:{port} ({error.strerror}); name a free port"
        ) from error
    receiver.settimeout(_LOOK_S)

    def feed(arrivals: Arrivals) -> None:
        with receiver:
            while not arrivals.stopped.is_set():
                try:
                    content = receiver.recv(_DATAGRAM_BYTES)
                except TimeoutError:
                    continue
                for line in content.decode(errors="replace").splitlines():
                    arrivals.line(line)

    return feed


def from_mavlink(address: str) -> Callable[[Arrivals], None]:
    """Positions and attitudes of a vehicle that speaks MAVLink; powers come from elsewhere.

    Positions have the time of arrival by the computer's clock. The height is above the
    take-off point.

    Args:
        address: as pymavlink writes it, such as udp:127.0.0.1:14550 or udpin:0.0.0.0:14550.

    Raises:
        ConfigError: pymavlink is not installed, or the address cannot be opened.
    """
    try:
        from pymavlink import mavutil
    except ImportError as error:
        needed = install_extra("live")
        raise ConfigError(f"--mavlink needs pymavlink: {needed}") from error
    try:
        link = mavutil.mavlink_connection(address)
    except (OSError, ValueError) as error:
        raise ConfigError(f"--mavlink {address}: cannot be opened ({error})") from error

    def feed(arrivals: Arrivals) -> None:
        angles: Reading = {}
        kinds = ["GLOBAL_POSITION_INT", "ATTITUDE"]
        while not arrivals.stopped.is_set():
            message = link.recv_match(type=kinds, blocking=True, timeout=_LOOK_S)
            if message is None:
                continue
            if message.get_type() == "ATTITUDE":
                turned = np.degrees([message.roll, message.pitch, message.yaw])
                angles = dict(
                    zip(("roll_deg", "pitch_deg", "yaw_deg"), turned.tolist(), strict=True)
                )
                continue
            if message.lat == 0 and message.lon == 0:  # before the receiver's first fix
                continue
            arrivals.reading(
                {
                    "time_s": time.time(),
                    "latitude_deg": message.lat * _MAVLINK_DEG,
                    "longitude_deg": message.lon * _MAVLINK_DEG,
                    "height_m": message.relative_alt * _MAVLINK_M,
                    **angles,
                }
            )
        link.close()

    return feed


def from_flight(
    flight: Flight,
    frame: LocalFrame,
    settings: FlightSettings,
    speed: float,
    after_s: float = -np.inf,
) -> Callable[[Arrivals], None]:
    """The samples of a flight at their times, `speed` times as fast as they were flown.

    Args:
        flight: in the local frame `frame`; `settings` are those that it was read by.
        after_s: samples up to this time of the log's clock are left out: they arrived before.
    """
    latitude_deg, longitude_deg = frame.to_geodetic(*flight.position_m[:, :2].T)
    angles_deg = np.degrees(flight.attitude_rad)
    start_s = 0.0 if np.isnan(flight.start_s) else flight.start_s
    columns = {
        "time_s": start_s + flight.time_s,
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        # It is added again when the log of our own is read.
        "height_m": flight.position_m[:, 2] - settings.height_offset_m,
        "rss_db": flight.rss_db,
        "quality_db": flight.quality_db,
        **dict(zip(("roll_deg", "pitch_deg", "yaw_deg"), angles_deg.T, strict=True)),
    }

    def feed(arrivals: Arrivals) -> None:
        sent = int(np.searchsorted(columns["time_s"], after_s, side="right"))
        before_s = float(flight.time_s[sent - 1]) if sent else 0.0
        begun_s = time.monotonic()
        while sent < len(flight) and not arrivals.stopped.is_set():
            flown_s = before_s + speed * (time.monotonic() - begun_s)
            due = int(np.searchsorted(flight.time_s, flown_s, side="right"))
            for number in range(sent, due):
                row = {name: float(column[number]) for name, column in columns.items()}
                arrivals.reading({name: value for name, value in row.items() if np.isfinite(value)})
            sent = max(sent, due)
            time.sleep(min(_LOOK_S, 1.0 / speed))

    return feed


def signature(paths: list[Path]) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of the files of some logs, to tell whether they have grown."""
    found = []
    for path in paths:
        try:
            for file in sorted(path.iterdir()) if path.is_dir() else [path]:
                status = file.stat()
                found.append((str(file), status.st_size, status.st_mtime_ns))
        except OSError:  # not there yet, or just being replaced
            continue
    return tuple(found)
