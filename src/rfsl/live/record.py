"""The line that each update prints: its keys, their types and what they mean.

`python -m rfsl.live.record` (or `make config`) writes its JSON schema to live.schema.json beside
this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from rfsl.fixes.record import PlaceRecord, Position, RegionRecord
from rfsl.io.records import Record, schema_text
from rfsl.io.writing import written_beside

#: The first number rises when a key goes or changes its meaning, the second with a new key.
SCHEMA_VERSION = "1.0"
#: Where the JSON schema is.
SCHEMA_FILE = Path(__file__).with_name("live.schema.json")


class LiveRecord(Record):
    """What is known of the source at one time of a flight that goes on."""

    schema_version: Literal["1.0"] = Field(description="version of this schema")
    update: int = Field(ge=1, description="number of the update, from one on")
    time: str = Field(description="time of the update by the computer's clock, ISO 8601 in UTC")
    ended: bool = Field(description="whether this is the last update: nothing more can arrive")
    flight_time_s: float | None = Field(
        description="seconds of flight that the update knows; null before the flight"
    )
    uav: Position | None = Field(description="last position of the UAV; null before the flight")
    usable: bool = Field(description="whether there is an estimate")
    reason: str = Field(description="why there is none; else empty")
    position: Position | None = Field(description="estimate of the source's position")
    expected_error_m: float | None = Field(
        description="expected distance of the source from the position"
    )
    regions: list[RegionRecord] = Field(description="the 50 % and the 90 % region")
    places: list[PlaceRecord] = Field(description="separate places where the source may be")
    flags: list[str] = Field(description="warnings by name, as in fix.json")
    problems: list[str] = Field(
        description="what is wrong with the inputs and outputs now, such as a full disk"
    )


if __name__ == "__main__":
    with written_beside(SCHEMA_FILE) as temporary:
        temporary.write_text(schema_text(LiveRecord), encoding="utf-8")
