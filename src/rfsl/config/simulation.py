"""Keys of what is simulated: receivers, data sets, flights, synthetic trials."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from rfsl.config.base import Name, NonNegative, Positive, Settings, two_rising


class ShadowingSettings(Settings):
    """Shadowing that is correlated along the path flown."""

    std_db: NonNegative | None = Field(
        None, description="spread; null: calibrated, by depression angle"
    )
    distance_m: Positive | None = Field(
        None, description="distance over which its correlation falls to 1/e; null: calibrated"
    )


class TrackingSettings(Settings):
    """A receiver that has to acquire the signal and can lose it; null: calibrated."""

    floor_db: float | None = Field(None, description="power read while not locked")
    floor_std_db: NonNegative | None = Field(None, description="spread of that power")
    acquisition_db: float | None = Field(None, description="power needed to lock")
    release_db: float | None = Field(None, description="power below which the lock is lost")


class ReceiverSettings(Settings):
    """What lies between the field at the antenna and the logged RSS; null switches a part off."""

    noise_std_db: NonNegative = Field(1.0, description="spread of the white noise on the RSS")
    shadowing: ShadowingSettings | None = Field(None, description="correlated shadowing")
    tracking: TrackingSettings | None = Field(None, description="acquisition and loss of lock")
    offset_range_db: Positive | None = Field(
        None, description="unknown constant of each flight, uniform within ± this"
    )
    quantization_db: Positive | None = Field(None, description="step of the logged power")
    burst_samples: Annotated[int, Field(ge=2)] | None = Field(
        None, description="number of samples in a row that repeat one reading"
    )

    def calibrated_keys(self) -> list[str]:
        """Keys of the parts in use that are null: their values come from calibration."""
        parts = {"shadowing": self.shadowing, "tracking": self.tracking}
        return [
            f"{name}.{key}"
            for name, part in parts.items()
            if part is not None
            for key, value in part.model_dump().items()
            if value is None
        ]


class SimulationSettings(Settings):
    """The data sets of simulated RSS."""

    train_sources: Annotated[int, Field(ge=2)] = Field(600, description="sources to train on")
    validation_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources that choose the weights of a training"
    )
    test_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources for the simulated test error"
    )
    attitude_range_deg: NonNegative = Field(
        5.0, description="simulated roll, pitch and yaw are uniform within ± this"
    )
    receivers: dict[Name, Name] = Field(
        {
            "free_space": "plain",
            "two_ray": "plain",
            "enhanced_two_ray": "plain",
            "enhanced_two_ray_measured": "plain",
            "calibrated": "field",
        },
        description="which of `receivers:` each propagation model is simulated with",
    )
    shard_size: Annotated[int, Field(ge=1)] = Field(
        300, description="sources in one file and one job; does not change any number"
    )


Range = Annotated[list[Positive], AfterValidator(two_rising)]


class FlightSimulationSettings(Settings):
    """Simulated flights of any shape, drawn from a calibration; set networks learn from them."""

    train_flights: Annotated[int, Field(ge=2)] = Field(
        600, description="flights to train on; each network draws its own"
    )
    validation_flights: Annotated[int, Field(ge=2)] = Field(
        100, description="flights that fix how network and kriging are combined"
    )
    test_flights: Annotated[int, Field(ge=2)] = Field(
        100, description="flights that estimators are measured on"
    )
    path_m: Range = Field([400.0, 4000.0], description="length of the path, uniform between these")
    height_m: Range = Field([20.0, 60.0], description="height above ground, uniform between these")
    level_range_db: NonNegative = Field(
        20.0, description="the unknown level of a flight is uniform within ± this"
    )
    acquisition_std_db: NonNegative = Field(
        6.0, description="spread of the power at which the receiver acquires, from flight to flight"
    )
    lost_share: Annotated[float, Field(ge=0.0, lt=1.0)] = Field(
        0.3, description="largest share of a flight's cells that is lost after acquisition"
    )


class EmbeddedSettings(Settings):
    """The field model of the synthetic trials; it differs on purpose from the simulators."""

    relative_permittivity: Annotated[float, Field(ge=1.0)] = Field(
        5.0, description="relative permittivity of the field model's ground"
    )
    reflection_roughness: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.35, description="amplitude of the ground reflection, relative to a smooth ground"
    )
    antenna_ripple_db: NonNegative = Field(
        3.0, description="spread of the UAV antenna's ripple over the sphere"
    )
    leg_loss_db: NonNegative = Field(8.0, description="deepest loss behind a leg")
    shadowing_std_db: NonNegative = Field(5.0, description="spread of the correlated shadowing")
    shadowing_distance_m: Positive = Field(
        20.0, description="distance over which its correlation falls to 1/e"
    )
    offset_range_db: NonNegative = Field(
        15.0, description="the unknown power offset of a flight is uniform within ± this"
    )
    dynamic_range_db: Positive = Field(
        32.0, description="the receiver's floor lies this far below the strongest signal"
    )
    acquisition_margin_db: NonNegative = Field(
        8.0, description="a signal this far above the floor is needed to lock"
    )
    attitude_std_deg: NonNegative = Field(3.0, description="spread of roll and pitch in flight")
