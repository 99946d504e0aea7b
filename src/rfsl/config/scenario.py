"""Keys of the world: place, trajectory, antennas, legs, receivers, their calibration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from rfsl.config.base import Latitude, Longitude, Name, NonNegative, Positive, Settings


class Area(Settings):
    """A box between two parallels and two meridians (WGS-84)."""

    south_deg: Latitude = Field(description="southern bound")
    north_deg: Latitude = Field(description="northern bound")
    west_deg: Longitude = Field(description="western bound")
    east_deg: Longitude = Field(description="eastern bound")

    @model_validator(mode="after")
    def _ordered(self) -> Area:
        if not (self.south_deg < self.north_deg and self.west_deg < self.east_deg):
            raise ValueError("south must be below north and west below east")
        return self


class ScenarioSettings(Settings):
    """Where it happens and what is on the air."""

    origin_latitude_deg: Latitude = Field(
        35.727369, description="origin of the local east-north-up frame"
    )
    origin_longitude_deg: Longitude = Field(
        -78.699376, description="origin of the local east-north-up frame"
    )
    flight_area: Area = Field(
        Area(
            south_deg=35.72688213,
            north_deg=35.72931030,
            west_deg=-78.69953826,
            east_deg=-78.69621515,
        ),
        description="where the UAV may fly (blue in the paper)",
    )
    source_area: Area = Field(
        Area(
            south_deg=35.72774493,
            north_deg=35.73030799,
            west_deg=-78.69980159,
            east_deg=-78.69670002,
        ),
        description="where the source may be (green in the paper)",
    )
    source_height_m: Positive = Field(5.0, description="height of the source antenna above ground")
    frequency_hz: Positive = Field(3.32e9, description="carrier frequency")
    transmit_power_dbm: float = Field(41.0, description="transmit power P_t")
    relative_permittivity: Annotated[float, Field(ge=1.0)] = Field(
        2.0, description="relative permittivity ε of the flat ground"
    )


class SpiralSettings(Settings):
    """The paper's trajectory: an inward rectangular spiral with chamfered corners."""

    take_off_x_m: float = Field(286.0, description="take-off point, east of the origin")
    take_off_y_m: float = Field(0.0, description="take-off point, north of the origin")
    height_m: Positive = Field(30.0, description="height above ground")
    duration_s: Positive = Field(600.0, description="length of the flight")
    sample_interval_s: Positive = Field(0.03, description="time between two RSS samples")
    inset_west_m: NonNegative = Field(
        15.0, description="outer ring: distance inside the overlap of both areas, west side"
    )
    inset_east_m: NonNegative = Field(30.0, description="the same, east side")
    inset_south_m: NonNegative = Field(0.0, description="the same, south side")
    inset_north_m: NonNegative = Field(6.0, description="the same, north side")
    ring_spacing_x_m: Positive = Field(14.5, description="distance between rings, east-west")
    ring_spacing_y_m: Positive = Field(12.0, description="distance between rings, north-south")
    chamfer_fraction: Annotated[float, Field(ge=0.0, lt=0.5)] = Field(
        0.13, description="length cut off each corner, as a share of the ring's shorter side"
    )
    maximum_speed_m_s: Positive = Field(9.2, description="cruise speed on a leg")
    acceleration_m_s2: Positive = Field(0.9, description="acceleration and braking on a leg")
    hover_s: NonNegative = Field(2.5, description="hovering time at each corner")
    take_off_hover_s: NonNegative = Field(
        12.0, description="hovering time over the take-off point before the first leg"
    )


class LegSettings(Settings):
    """Shadowing of the direct path by the UAV's landing legs (paper, equations 7-9)."""

    azimuths_deg: list[float] = Field(
        [39.0, 150.0, 270.0],
        description="body azimuth of each leg, counter-clockwise from the right-hand side",
    )
    half_width_deg: Positive = Field(5.0, description="half-width Δ of a leg's shadow in azimuth")
    maximum_elevation_deg: Positive = Field(
        10.0, description="δ: shadowed only while the source is less than this below the horizontal"
    )
    reference_distance_m: Positive = Field(1.0, description="d_0 of equation 8")
    beta: float | None = Field(
        None,
        description="β of equation 8; null: calibrated on flights at other locations",
    )


class AntennaSettings(Settings):
    """One antenna, and how it is mounted."""

    pattern: Literal["dipole", "measured"] = Field(
        "dipole", description="half-wave dipole, or a chamber file"
    )
    file: str | None = Field(
        None, description="with pattern: measured, the chamber file: a registry name or a path"
    )
    polarization: Literal["total", "vertical", "horizontal"] = Field(
        "total", description="which gain of the chamber file: both polarizations together, or one"
    )
    upside_down: bool = Field(
        False, description="hangs upside down (not for a file that was measured so)"
    )
    tilt_deg: Annotated[float, Field(ge=-180.0, le=180.0)] = Field(
        0.0, description="the top leans by this angle"
    )
    tilt_azimuth_deg: float = Field(
        0.0, description="body azimuth it leans towards, counter-clockwise from the right-hand side"
    )

    @model_validator(mode="after")
    def _file_given(self) -> AntennaSettings:
        if (self.pattern == "measured") != (self.file is not None):
            raise ValueError("pattern: measured and a file go together")
        return self


class PropagationSettings(Settings):
    """What the propagation models add to the geometry."""

    uav_antenna: AntennaSettings = Field(AntennaSettings(), description="antenna of the UAV")
    source_antenna: AntennaSettings = Field(AntennaSettings(), description="antenna of the source")
    legs: LegSettings = Field(LegSettings(), description="landing legs (enhanced_two_ray)")


class ShadowingSettings(Settings):
    """Shadowing that stays alike over a distance flown."""

    std_db: NonNegative | None = Field(
        None, description="spread; null: calibrated, by depression angle"
    )
    distance_m: Positive | None = Field(
        None, description="distance flown over which it decorrelates to 1/e; null: calibrated"
    )


class TrackingSettings(Settings):
    """A receiver that has to find the signal, and loses it; null: calibrated."""

    floor_db: float | None = Field(None, description="power read while not locked")
    floor_std_db: NonNegative | None = Field(None, description="its spread")
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
        None, description="so many samples in a row repeat one reading"
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


class EmbeddedSettings(Settings):
    """The field model of the synthetic trials, on purpose not one of the training simulators."""

    relative_permittivity: Annotated[float, Field(ge=1.0)] = Field(
        5.0, description="ground of the field model"
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
        20.0, description="distance flown over which the shadowing decorrelates to 1/e"
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
