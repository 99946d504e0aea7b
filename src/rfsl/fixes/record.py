"""The content of fix.json: its keys, their types and what they mean.

`python -m rfsl.fixes.record` (or `make config`) writes its JSON schema to fix.schema.json beside
this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from rfsl.io.records import Record, schema_text
from rfsl.io.writing import written_beside

#: The first number rises when a key goes or changes its meaning, the second with a new key.
SCHEMA_VERSION = "1.0"
#: Where the JSON schema is.
SCHEMA_FILE = Path(__file__).with_name("fix.schema.json")

_GEOMETRY = "as GeoJSON: longitude and latitude in degrees (WGS-84), cut at the 180° meridian"


class Tool(Record):
    """The program that made the fix."""

    name: Literal["uav-rfsl"] = Field(description="its name")
    version: str = Field(description="its version")


class LogFile(Record):
    """A file that the log consists of."""

    name: str = Field(description="its name, without the folder")
    size_bytes: int = Field(ge=0, description="its size")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its content")


class Position(Record):
    """A position on the ground."""

    latitude_deg: float = Field(ge=-90.0, le=90.0, description="WGS-84")
    longitude_deg: float = Field(ge=-180.0, le=180.0, description="WGS-84")
    x_m: float = Field(description="east, in the local frame")
    y_m: float = Field(description="north, in the local frame")


class RegionRecord(Record):
    """The smallest region that holds the source with a probability."""

    probability: float = Field(gt=0.0, le=1.0, description="that the source is in the region")
    area_m2: float = Field(ge=0.0, description="its area")
    geometry: dict[str, Any] = Field(description=f"its shape {_GEOMETRY}")


class PlaceRecord(Position):
    """A separate part of the 90 % region: its position of smallest expected error."""

    probability: float = Field(gt=0.0, le=1.0, description="that the source is in this part")
    radius_m: float = Field(
        ge=0.0, description="radius of the circle that holds 90 % of that probability"
    )


class HeldShare(Record):
    """How many of the regions of a probability held the source."""

    probability: float = Field(gt=0.0, le=1.0, description="of the regions")
    held: float = Field(ge=0.0, le=1.0, description="share of them that held the source")


class HeldElsewhereRecord(Record):
    """What the regions of this estimator did on other real flights."""

    flights: int = Field(ge=1, description="number of flights")
    after_s: int | None = Field(description="time of flight of the estimates; null: whole flights")
    regions: list[HeldShare] = Field(description="one for each probability")


class EstimatorRecord(Record):
    """What made the estimate."""

    mode: str = Field(description="mode of the config")
    label: str = Field(description="its name in words")
    calibration: str | None = Field(description="file of its calibration, in the results")
    calibrated_on: list[str] = Field(description="trials used for the calibration")


class AreaRecord(Record):
    """Where the source may be."""

    name: str = Field(description="file or key of the config that gives the area")
    geometry: dict[str, Any] = Field(description=f"its shape {_GEOMETRY}")


class FrameRecord(Record):
    """The local frame: a plane that touches the ellipsoid at its origin."""

    origin_latitude_deg: float = Field(ge=-90.0, le=90.0, description="WGS-84")
    origin_longitude_deg: float = Field(ge=-180.0, le=180.0, description="WGS-84")
    axes: Literal["x_m east, y_m north"] = Field(description="its axes")


class FixRecord(Record):
    """A position of a radio source from one flight log, with how sure it is."""

    schema_version: Literal["1.0"] = Field(description="version of this schema")
    tool: Tool = Field(description="what made the fix")
    usable: bool = Field(description="whether there is an estimate")
    reason: str = Field(description="why there is none; else empty")
    flight: str = Field(description="name of the log, or of several with commas between them")
    log_files: list[LogFile] = Field(description="files that the logs consist of")
    first_sample_time: str | None = Field(
        description="time of the first sample of the flight after cutting, by the log's clock, as "
        "ISO 8601 in UTC; null if that clock does not count from 1970"
    )
    last_sample_time: str | None = Field(description="the same of the last sample")
    position: Position | None = Field(description="estimate of the source's position")
    expected_error_m: float | None = Field(
        description="expected distance of the source from the position, as the estimator computes "
        "it; null if it gives no probability"
    )
    regions: list[RegionRecord] = Field(description="the 50 % and the 90 % region")
    places: list[PlaceRecord] = Field(
        description="separate places where the source may be, the most probable first; parts of "
        "the 90 % region that are closer than 40 m count as one"
    )
    regions_held_elsewhere: HeldElsewhereRecord | None = Field(
        description="how often regions held on other flights, if a table says so"
    )
    estimator: EstimatorRecord = Field(description="what made the estimate")
    source_height_m: float = Field(
        gt=0.0, description="height of the source's antenna above ground that was assumed"
    )
    frequency_hz: float = Field(gt=0.0, description="carrier frequency that was assumed")
    duration_s: float = Field(ge=0.0, description="duration of the flights after cutting")
    samples: int = Field(ge=0, description="samples of the flights after cutting")
    samples_used: int = Field(ge=0, description="those that held the signal")
    area: AreaRecord = Field(description="where the source may be")
    local_frame: FrameRecord = Field(description="frame of x_m and y_m")
    notes: list[str] = Field(description="what was left out, what was missing, and warnings")
    flags: list[str] = Field(description="the warnings by name, for programs")


if __name__ == "__main__":
    with written_beside(SCHEMA_FILE) as temporary:
        temporary.write_text(schema_text(FixRecord), encoding="utf-8")
