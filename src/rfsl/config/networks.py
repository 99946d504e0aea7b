"""Keys of the set network: what it learns from, its size and its training."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from rfsl.config.base import NonNegative, Positive, Settings


def _range(values: list[float]) -> list[float]:
    if len(values) != 2 or values[0] > values[1]:
        raise ValueError("two numbers are needed, the smaller one first")
    return values


Range = Annotated[list[Positive], AfterValidator(_range)]


class FlightSimulationSettings(Settings):
    """Flights of any shape, drawn from a calibration: what set networks learn from."""

    train_flights: Annotated[int, Field(ge=2)] = Field(
        600, description="flights to train on; each network draws its own"
    )
    validation_flights: Annotated[int, Field(ge=2)] = Field(
        100, description="flights that fix how network and kriging are combined"
    )
    test_flights: Annotated[int, Field(ge=2)] = Field(
        100, description="flights that estimators are measured on"
    )
    path_m: Range = Field([400.0, 4000.0], description="length of the path, uniform between")
    height_m: Range = Field([20.0, 60.0], description="height above ground, uniform between")
    level_range_db: NonNegative = Field(
        20.0, description="the unknown level of a flight is uniform within ± this"
    )
    acquisition_std_db: NonNegative = Field(
        6.0, description="spread of the power at which the receiver acquires, from flight to flight"
    )
    lost_share: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        0.3, description="up to this share of a flight's cells is lost after acquisition"
    )


class SetNetworkSettings(Settings):
    """The network that scores candidate positions by the set of a flight's cells."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="networks trained for each fold, each from its own seed and flights"
    )
    cell_m: Positive = Field(20.0, description="length of the cells that it sees")
    width: Annotated[int, Field(ge=2)] = Field(32, description="width of its perceptrons")
    epochs: Annotated[int, Field(ge=1)] = Field(4, description="times that each flight is seen")
    batch_size: Annotated[int, Field(ge=1)] = Field(16, description="flights in a batch")
    learning_rate: Positive = Field(3e-3, description="largest step size of AdamW (one cycle)")
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")
    candidates: Annotated[int, Field(ge=2)] = Field(
        12, description="candidates among which the true one is to be told, at each scale"
    )
    scales_m: Annotated[list[Positive], Field(min_length=1)] = Field(
        [40.0, 12.0],
        description="how far the candidates lie apart, beside those over the whole source area",
    )
