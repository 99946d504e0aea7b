"""What an update makes: its line, and the files that it renews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from rfsl.errors import DataError
from rfsl.fixes.flown import Fix
from rfsl.fixes.kml import fix_kml
from rfsl.fixes.output import (
    fix_features,
    fix_record,
    geodetic_position,
    geodetic_shapes,
    json_text,
)
from rfsl.fixes.wording import printable
from rfsl.io.writing import written_beside
from rfsl.live.record import SCHEMA_VERSION, LiveRecord

#: Names of the files; the first one is opened once in Google Earth, which then renews the second.
LINK, FILES = "live.kml", ("fix.kml", "fix.geojson", "fix.json")

_LINK_KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<NetworkLink>
<name>{name}</name>
<open>1</open>
<Link>
<href>fix.kml</href>
<refreshMode>onInterval</refreshMode>
<refreshInterval>{seconds:g}</refreshInterval>
</Link>
</NetworkLink>
</kml>
"""


@dataclass(frozen=True)
class Update:
    """One update.

    Attributes:
        record: content of its line, as `LiveRecord` says.
        features: the fix as GeoJSON; None before the flight.
        files: content of each file of `FILES`; empty before the flight.
    """

    record: dict[str, Any]
    features: dict[str, Any] | None
    files: dict[str, str]


def update_of(
    number: int, fix: Fix | None, reason: str, problems: Sequence[str], ended: bool
) -> Update:
    """The update of a fix, or of none because the logs hold no flight yet.

    Args:
        number: from one on.
        fix: by what the logs hold.
        reason: why there is none.
        problems: of inputs and outputs.
        ended: whether it is the last one.
    """
    values: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "update": number,
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "ended": ended,
        "flight_time_s": None,
        "uav": None,
        "usable": False,
        "reason": printable(reason),
        "position": None,
        "expected_error_m": None,
        "regions": [],
        "places": [],
        "flags": [],
        "problems": [printable(problem) for problem in problems],
    }
    if fix is None:
        return Update(LiveRecord.model_validate(values).model_dump(mode="json"), None, {})
    record, shapes = fix_record(fix), geodetic_shapes(fix)
    same = ("usable", "reason", "position", "expected_error_m", "regions", "places", "flags")
    values |= {name: record[name] for name in same}
    values["flight_time_s"] = record["duration_s"]
    values["uav"] = geodetic_position(fix.track_m[-1], fix.frame)
    features = fix_features(record, shapes)
    files = {
        "fix.kml": fix_kml(record, shapes),
        "fix.geojson": json_text(features),
        "fix.json": json_text(record),
    }
    return Update(LiveRecord.model_validate(values).model_dump(mode="json"), features, files)


def write_link(folder: Path, name: str, every_s: float) -> None:
    """Write the file that makes Google Earth renew fix.kml.

    Raises:
        DataError: it cannot be written.
    """
    with written_beside(folder / LINK) as temporary:
        temporary.write_text(_LINK_KML.format(name=escape(name), seconds=every_s), encoding="utf-8")


def renew(folder: Path, update: Update) -> str:
    """Write the files of an update; each is whole at any time. Say what cannot be written."""
    for name, content in update.files.items():
        try:
            with written_beside(folder / name) as temporary:
                temporary.write_text(content, encoding="utf-8")
        except DataError as error:
            return str(error)
    return ""
