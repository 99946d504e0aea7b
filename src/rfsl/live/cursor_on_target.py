"""The fix as an event of Cursor-on-Target, which TAK clients show as a point with a circle."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from rfsl.errors import ConfigError

#: Kind of the event: something on the ground of which nothing is known.
_KIND = "a-u-G"
#: Name of the event: each one replaces the one before.
_NAME = "uav-rfsl-source"
#: A client drops an event that is not renewed for so many updates, or for a minute at the least.
_STALE_UPDATES, _STALE_S = 3.0, 60.0
#: A connection that does not open or take an event so long has failed.
_TIMEOUT_S = 2.0
#: Height and its error where they are not known.
_UNKNOWN_M = "9999999.0"


def event(record: Mapping[str, Any], every_s: float, now: datetime | None = None) -> bytes | None:
    """The event of an update; None without an estimate.

    Args:
        record: content of a `LiveRecord`.
        every_s: time between updates, which says for how long the event holds.
        now: time of the event; None: the computer's clock.

    Example:
        >>> made = event(
        ...     {"position": {"latitude_deg": 35.7, "longitude_deg": -78.7},
        ...      "expected_error_m": 12.4, "flags": []}, 5.0)
        >>> point = ElementTree.fromstring(made).find("point")
        >>> point.get("lat"), point.get("lon"), point.get("ce")
        ('35.7', '-78.7', '12.4')
    """
    position = record["position"]
    if position is None:
        return None
    now = datetime.now(UTC) if now is None else now
    stale = now + timedelta(seconds=max(_STALE_S, _STALE_UPDATES * every_s))
    root = ElementTree.Element(
        "event",
        version="2.0",
        uid=_NAME,
        type=_KIND,
        how="m-f",
        time=_time(now),
        start=_time(now),
        stale=_time(stale),
    )
    error_m = record["expected_error_m"]
    ElementTree.SubElement(
        root,
        "point",
        lat=str(position["latitude_deg"]),
        lon=str(position["longitude_deg"]),
        hae=_UNKNOWN_M,
        le=_UNKNOWN_M,
        ce=_UNKNOWN_M if error_m is None else str(error_m),
    )
    detail = ElementTree.SubElement(root, "detail")
    ElementTree.SubElement(detail, "contact", callsign="RF source")
    told = [] if error_m is None else [f"expected error {error_m:.0f} m"]
    ElementTree.SubElement(detail, "remarks").text = "; ".join([*told, *record["flags"]])
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class TakAddress:
    """Where events are sent to."""

    transport: str
    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> TakAddress:
        """From udp://host:port or tcp://host:port.

        Raises:
            ConfigError: it is none.
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("udp", "tcp") or not parts.hostname or port is None:
            raise ConfigError(f"--tak: found {text}; udp://host:port or tcp://host:port is needed")
        return cls(parts.scheme, parts.hostname, port)

    def send(self, content: bytes) -> None:
        """Send one event.

        Raises:
            OSError: it cannot be sent.
        """
        if self.transport == "tcp":
            with socket.create_connection((self.host, self.port), _TIMEOUT_S) as link:
                link.sendall(content)
            return
        family, kind, _, _, address = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_DGRAM
        )[0]
        with socket.socket(family, kind) as link:
            link.settimeout(_TIMEOUT_S)
            link.sendto(content, address)
