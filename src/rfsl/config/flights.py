"""Keys of the flights: trials, public data, reading of logs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rfsl.config.base import Horizons, Name, NonNegative, Positive, Settings


class TrialsSettings(Settings):
    """Which flights exist, and which of them are scored."""

    table: str = Field(
        "config/trials/embedded.tsv",
        description="tab-separated table of trials: one row a flight, with its source's position",
    )
    evaluate: list[Name] = Field(
        ["synthetic_1", "synthetic_2"],
        min_length=1,
        description="trials that are scored, in the order of the figures",
    )
    estimate_after_s: Horizons = Field(
        [600],
        description="an estimate is made from the flight up to each of these times, by a network "
        "trained for it; figures show the last",
    )


class AfarDataSettings(Settings):
    """Where the public AERPAW AFAR files come from."""

    folder: str | None = Field(
        None,
        description=(
            "folder that already holds the files (itself or in flights/ and antenna/); the "
            "environment variable RFSL_AFAR_DIR does the same. null: fetch them into data/afar/"
        ),
    )


class FlightSettings(Settings):
    """How a flight log becomes a flight."""

    minimum_height_m: NonNegative = Field(
        15.0, description="take-off and landing legs below this height are cut off"
    )
    duration_s: Positive = Field(600.0, description="only the first so many seconds are kept")
    maximum_distance_m: Positive = Field(
        10000.0,
        description="positions farther than this from the scenario's origin are of another place, "
        "or wrong: left out, or an error where they are most of the log",
    )
    maximum_height_m: Positive = Field(
        150.0,
        description="heights above this (most rules allow 120 m above ground) tell of feet, or of "
        "heights above sea level: left out, or an error where they are many",
    )
    maximum_speed_m_s: Positive = Field(
        60.0, description="a faster flight is an error: its times or positions are in another unit"
    )
    maximum_interval_s: Positive = Field(
        5.0,
        description="a longer typical time between readings is an error: times are in another unit",
    )
    afar_height_correction_m: float = Field(
        3.0, description="added to the height of AFAR logs, which reads about 3 m low"
    )
    lock_quality_db: float = Field(
        57.0,
        description="channel-sounder quality above which the receiver is locked (72 against 42)",
    )
    acquisition_range_db: Positive = Field(
        25.0,
        description="the signal counts as acquired with the first power within this of the "
        "flight's strongest",
    )
    acquisition_hold_s: Positive = Field(
        2.0, description="power is taken as medians over so long to tell its acquisition"
    )
    minimum_locked_fraction: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.02, description="a flight with a smaller locked share of its samples is not usable"
    )
