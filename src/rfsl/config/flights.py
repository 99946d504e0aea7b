"""Keys of the flights: trials, public data, reading of logs."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from rfsl.config.base import Horizons, Name, NonNegative, Positive, Settings

#: Columns of a table with a flight, and their units; docs/reference/flight-logs.md describes them.
ColumnName = Literal[
    "time_s",
    "latitude_deg",
    "longitude_deg",
    "height_m",
    "rss_db",
    "quality_db",
    "roll_deg",
    "pitch_deg",
    "yaw_deg",
]


def _as_text(value: Any) -> Any:
    """A number as it is written; YAML reads 11 as a number, a column may hold it as text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


#: A value of a cell, written as a text or a number.
CellValue = Annotated[str, BeforeValidator(_as_text)]


class TrialsSettings(Settings):
    """Which flights exist, and which of them are scored."""

    table: str = Field(
        "config/trials/embedded.tsv",
        description="table of trials: a row per flight, with its source's position (TSV, CSV)",
    )
    evaluate: list[Name] = Field(
        ["synthetic_1", "synthetic_2"],
        min_length=1,
        description="trials that are scored, in the order of the figures",
    )
    estimate_after_s: Horizons = Field(
        [600],
        description="times of the estimates: each uses the flight up to that time, and a network "
        "is trained for each; figures show the last",
    )


class AfarDataSettings(Settings):
    """Where the public AERPAW AFAR files come from."""

    folder: str | None = Field(
        None,
        description=(
            "folder that already holds the files (directly, or in flights/ and antenna/); the "
            "environment variable RFSL_AFAR_DIR does the same; null: fetched into data/afar/"
        ),
    )


class FlightSettings(Settings):
    """How a flight log becomes a flight."""

    columns: dict[ColumnName, CellValue] = Field(
        {},
        description="names that columns have in a table or `.mat` file, where they differ "
        "from `time_s`, `latitude_deg`, ...: `rss_db: rssi`; of several names with | between "
        "them, the first that is there; an empty name leaves an optional column out; a number is "
        "the height or angle of every row",
    )
    where: dict[str, CellValue] = Field(
        {},
        description="rows of a table that are used: column and value, such as `channel: 11`; the "
        "value `*` takes every row though the column names several transmitters",
    )
    minimum_height_m: NonNegative = Field(
        15.0, description="take-off and landing below this height are cut off"
    )
    duration_s: Positive = Field(
        600.0,
        description="length of a trial's flight that is kept; a single flight over an unknown "
        "source has `localize.duration_s`",
    )
    maximum_distance_m: Positive = Field(
        10000.0,
        description="positions farther than this from the scenario's origin are wrong or of "
        "another place: they are left out; an error if they are most of the log",
    )
    maximum_height_m: Positive = Field(
        150.0,
        description="heights above this (most rules allow 120 m above ground) are probably in feet "
        "or above sea level: they are left out; an error if they are many",
    )
    maximum_speed_m_s: Positive = Field(
        60.0, description="a faster flight is an error: its times or positions are in another unit"
    )
    maximum_interval_s: Positive = Field(
        5.0,
        description="a longer typical time between readings is an error: times are in another unit",
    )
    height_offset_m: float = Field(
        0.0,
        description="added to the heights of every log that is read; for altitudes above sea "
        "level, minus the altitude of the ground at the source",
    )
    afar_height_correction_m: float = Field(
        3.0, description="added to the height of AFAR logs, which reads about 3 m low"
    )
    lock_quality_db: float = Field(
        57.0,
        description="channel-sounder quality above which the receiver is locked (typical: 72 with "
        "lock, 42 without)",
    )
    acquisition_range_db: Positive = Field(
        25.0,
        description="the signal counts as acquired at the first power that is at most this much "
        "below the flight's strongest",
    )
    acquisition_hold_s: Positive = Field(
        2.0, description="acquisition is judged by medians of the power over this time"
    )
    lost_readings: Literal["left_out", "evidence"] = Field(
        "left_out",
        description="readings of minus infinity, and packets that were sent and not received: "
        "left out of the estimate, or evidence that the signal was too weak there",
    )
    minimum_locked_fraction: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.02, description="a flight with a smaller locked share of its samples is not usable"
    )

    def whole(self) -> FlightSettings:
        """The same settings without a limit of the flight's length."""
        return self.lasting(sys.float_info.max)

    def lasting(self, duration_s: float) -> FlightSettings:
        """The same settings with another length of the flight."""
        return self.model_copy(update={"duration_s": duration_s})
