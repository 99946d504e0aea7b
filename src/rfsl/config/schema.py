"""Every key of the configuration, with its type, its bounds, its default and one line on it.

config/config.yaml, config/config.schema.json and config/README.md are generated from here by
`make config`; a test fails when they drift.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Latitude = Annotated[float, Field(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Field(ge=-180.0, le=180.0)]
Positive = Annotated[float, Field(gt=0.0)]
NonNegative = Annotated[float, Field(ge=0.0)]
#: Names become folders and wildcards, so they stay free of slashes, dots and spaces.
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]

#: Shortest input that the strides and pools of RealAdaptRNet leave something of.
MINIMUM_INPUTS = 37

Representation = Literal["clustered", "normalized"]
PropagationName = Literal["free_space", "two_ray", "enhanced_two_ray"]


class Settings(BaseModel):
    """A block of the config: immutable, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


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
    afar_height_correction_m: float = Field(
        3.0, description="added to the height of AFAR logs, which reads about 3 m low"
    )
    lock_quality_db: float = Field(
        57.0,
        description="channel-sounder quality above which the receiver is locked (72 against 42)",
    )
    minimum_locked_fraction: Annotated[float, Field(ge=0.0, le=1.0)] = Field(
        0.02, description="a flight with a smaller locked share of its samples is not usable"
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


class PropagationSettings(Settings):
    """What the simulators add to the geometry."""

    antenna: Literal["dipole", "measured"] = Field(
        "dipole", description="antenna of both ends: half-wave dipole, or the chamber files below"
    )
    uav_antenna_file: str | None = Field(
        None,
        description="with antenna: measured, the chamber file of the UAV's antenna as mounted: a "
        "name in the data registry, or a path",
    )
    source_antenna_file: str | None = Field(
        None, description="with antenna: measured, the chamber file of the source's antenna"
    )
    attitude_range_deg: NonNegative = Field(
        5.0, description="simulated roll, pitch and yaw are uniform within ± this"
    )
    noise_std_db: NonNegative = Field(1.0, description="spread of the white noise on the RSS")
    legs: LegSettings = Field(LegSettings(), description="landing legs (enhanced_two_ray)")

    @model_validator(mode="after")
    def _files_given(self) -> PropagationSettings:
        missing = [
            key
            for key in ("uav_antenna_file", "source_antenna_file")
            if self.antenna == "measured" and getattr(self, key) is None
        ]
        if missing:
            raise ValueError(f"antenna: measured needs {' and '.join(missing)}")
        return self


class CalibrationSettings(Settings):
    """Flights that may be used to calibrate; those at the scored location are always left out."""

    trials: list[Name] = Field(
        ["synthetic_1", "synthetic_2"],
        min_length=1,
        description="trials of the table to calibrate on",
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


class SimulationSettings(Settings):
    """How much is simulated."""

    train_sources: Annotated[int, Field(ge=2)] = Field(600, description="sources to train on")
    validation_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources that stop the training and choose its weights"
    )
    test_sources: Annotated[int, Field(ge=1)] = Field(
        150, description="sources for the simulated test error"
    )
    shard_size: Annotated[int, Field(ge=1)] = Field(
        300, description="sources in one file and one job; does not change any number"
    )


class ClusteredSettings(Settings):
    """The paper's 3D clustering (III-A, III-B)."""

    group_size: Annotated[int, Field(ge=1)] = Field(2, description="N_g: samples averaged into one")
    smoothing_sigma_samples: NonNegative = Field(
        20.0, description="σ of the Gaussian over grouped samples, cut at 3 σ: k_s = 6σ + 1 taps"
    )
    clusters: Annotated[int, Field(ge=13)] = Field(
        20, description="C_k: clusters of a flight (the network's pooling needs 13 or more)"
    )
    strongest: Annotated[int, Field(ge=1)] = Field(
        40, description="n_t: strongest samples averaged in each cluster"
    )


class NormalizedSettings(Settings):
    """The paper's plain variant: grouped RSS, min-max normalized, in the order of time."""

    group_size: Annotated[int, Field(ge=1)] = Field(
        40,
        description="N_g: samples averaged into one; the paper's 2 gives 10,000 inputs",
    )


class PreprocessingSettings(Settings):
    """From a flight to the network's input."""

    clustered: ClusteredSettings = Field(
        ClusteredSettings(), description="representation `clustered`"
    )
    normalized: NormalizedSettings = Field(
        NormalizedSettings(), description="representation `normalized`"
    )


class TrainingSettings(Settings):
    """How a network is trained; chosen on simulated validation sources."""

    seeds: Annotated[int, Field(ge=1)] = Field(
        3, description="networks trained per mode, each from its own seed"
    )
    maximum_epochs: Annotated[int, Field(ge=1)] = Field(40, description="epochs at the most")
    patience_epochs: Annotated[int, Field(ge=1)] = Field(
        12, description="stop after so many epochs without a smaller validation error"
    )
    batch_size: Annotated[int, Field(ge=2)] = Field(32, description="sources in a batch")
    learning_rate: Positive = Field(1e-3, description="step size of Adam at the start")
    weight_decay: NonNegative = Field(1e-4, description="weight decay (AdamW)")


class ModeSettings(Settings):
    """One way to localize: a representation and the simulator it was trained on."""

    representation: Representation = Field(description="what the network sees")
    propagation: PropagationName = Field(description="simulator it is trained on")
    label: str = Field(description="name in figures and tables")


class Fig6aSettings(Settings):
    """Figure 6(a): error per trial and mean."""

    modes: list[Name] = Field(
        ["clustered_enhanced_two_ray", "normalized_enhanced_two_ray", "clustered_free_space"],
        min_length=1,
        description="modes shown, from left to right",
    )
    published: str | None = Field(
        "config/published/fig6a.tsv",
        description="table of the paper's own values (trial and mode to metres); null: none marked",
    )


class FigureSettings(Settings):
    """What the figures show."""

    fig6a: Fig6aSettings = Field(Fig6aSettings(), description="bars of the localization error")


class Config(Settings):
    """The whole configuration."""

    seed: Annotated[int, Field(ge=0)] = Field(
        20231213, description="the one seed from which every random draw comes"
    )
    scenario: ScenarioSettings = Field(ScenarioSettings(), description="place and radio")
    trials: TrialsSettings = Field(TrialsSettings(), description="flights to score")
    afar: AfarDataSettings = Field(AfarDataSettings(), description="public flight data")
    flights: FlightSettings = Field(FlightSettings(), description="reading flight logs")
    spiral: SpiralSettings = Field(SpiralSettings(), description="simulated trajectory")
    propagation: PropagationSettings = Field(PropagationSettings(), description="simulators")
    calibration: CalibrationSettings = Field(CalibrationSettings(), description="calibration")
    embedded: EmbeddedSettings = Field(EmbeddedSettings(), description="synthetic trials")
    simulation: SimulationSettings = Field(SimulationSettings(), description="data sets")
    preprocessing: PreprocessingSettings = Field(
        PreprocessingSettings(), description="features of a flight"
    )
    training: TrainingSettings = Field(TrainingSettings(), description="training of networks")
    modes: dict[Name, ModeSettings] = Field(
        {
            "clustered_enhanced_two_ray": ModeSettings(
                representation="clustered",
                propagation="enhanced_two_ray",
                label="clustered, enhanced two-ray",
            ),
            "normalized_enhanced_two_ray": ModeSettings(
                representation="normalized",
                propagation="enhanced_two_ray",
                label="normalized, enhanced two-ray",
            ),
            "clustered_free_space": ModeSettings(
                representation="clustered",
                propagation="free_space",
                label="clustered, free space",
            ),
        },
        min_length=1,
        description="modes by name; a mode's name is its folder under results/",
    )
    figures: FigureSettings = Field(FigureSettings(), description="figures")

    @model_validator(mode="after")
    def _inputs_suffice(self) -> Config:
        samples = round(self.spiral.duration_s / self.spiral.sample_interval_s)
        inputs = samples // self.preprocessing.normalized.group_size
        if inputs < MINIMUM_INPUTS:
            raise ValueError(
                f"preprocessing.normalized.group_size leaves {inputs} inputs of {samples} samples; "
                f"the network's pooling needs {MINIMUM_INPUTS} or more"
            )
        return self

    @model_validator(mode="after")
    def _modes_exist(self) -> Config:
        unknown = [mode for mode in self.figures.fig6a.modes if mode not in self.modes]
        if unknown:
            raise ValueError(
                f"figures.fig6a.modes names {', '.join(unknown)}, "
                f"but modes: has only {', '.join(sorted(self.modes))}"
            )
        return self
