"""Keys of the calibration on flights over known sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rfsl.config.base import Name, NonNegative, Positive, Settings


class GainShapeSettings(Settings):
    """How the gain varies with the depression angle, whether it is calibrated or assumed."""

    depression_nodes_deg: list[float] = Field(
        [5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 75.0],
        min_length=2,
        description="nodes of the gain against the depression angle",
    )
    gain_smoothness_deg: Positive = Field(
        15.0,
        description="depression angle over which the gain, and a flight's own deviation, is alike",
    )


class CalibrationSettings(GainShapeSettings):
    """How the calibration works, and on which flights.

    Flights at the scored location are always left out.
    """

    cell_m: Positive = Field(
        10.0, description="locked samples are averaged into cells of this length along the path"
    )
    prior_gain_db: Positive = Field(
        15.0, description="how far the gain may swing over the depression (prior spread)"
    )
    prior_azimuth_db: Positive = Field(
        6.0, description="size of the body-azimuth terms (prior spread)"
    )
    prior_offset_db: Positive = Field(
        6.0, description="size of the flights' power offsets (prior spread)"
    )
    scale_spread: NonNegative = Field(
        0.25,
        description="log-normal spread of the factor common to all shadowing spreads of a flight: "
        "a quarter more or less from flight to flight",
    )
    shadowing: Literal["path", "path_and_place"] = Field(
        "path",
        description="shadowing is correlated along the path flown (`path`), or in part between "
        "places, so that a path that comes back meets the same shadowing again (`path_and_place`)",
    )
    bootstrap_samples: Annotated[int, Field(ge=20)] = Field(
        200, description="bootstrap samples (whole minutes of flight) for the interval of β"
    )
    about: str = Field(
        "",
        description="aircraft, antennas and radio of the calibration's flights, in words: a fix "
        "that uses the calibration says that it holds for them",
    )
    trials: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None, description="trials of the table to calibrate on; null: those of trials.evaluate"
    )
