"""Keys of the calibration on flights over known sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rfsl.config.base import Name, NonNegative, Positive, Settings


class CalibrationSettings(Settings):
    """Flights that may be used to calibrate; those at the scored location are always left out."""

    cell_m: Positive = Field(
        10.0, description="distance flown over which locked samples are averaged into a cell"
    )
    depression_nodes_deg: list[float] = Field(
        [5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 75.0],
        min_length=2,
        description="nodes of the gain against the depression angle",
    )
    prior_gain_db: Positive = Field(
        15.0, description="how far the gain may swing over the depression (prior spread)"
    )
    gain_smoothness_deg: Positive = Field(
        15.0, description="depression over which the gain, and a flight's own deviation, is alike"
    )
    prior_azimuth_db: Positive = Field(
        6.0, description="size of the body-azimuth terms (prior spread)"
    )
    prior_offset_db: Positive = Field(
        6.0, description="size of the flights' power offsets (prior spread)"
    )
    scale_spread: NonNegative = Field(
        0.25,
        description="log-normal spread of the factor that the spreads of a flight share: a quarter "
        "more or less from flight to flight",
    )
    shadowing: Literal["path", "path_and_place"] = Field(
        "path",
        description="what the shadowing is correlated over: the path flown, or partly the places "
        "too, so that it is met again where the path comes back",
    )
    bootstrap_samples: Annotated[int, Field(ge=20)] = Field(
        200, description="resamplings, by minutes of flight, for the interval of β"
    )
    trials: Annotated[list[Name], Field(min_length=1)] | None = Field(
        None, description="trials of the table to calibrate on; null: those of trials.evaluate"
    )
