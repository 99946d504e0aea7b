"""The whole configuration, with every key's type, bounds, default and one line on it.

config/config.yaml, config/config.schema.json and config/README.md are generated from here by
`make config`; a test fails when they drift.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rfsl.config.base import (
    MINIMUM_INPUTS,
    Name,
    Settings,
)
from rfsl.config.physics import (
    CalibrationSettings,
    EmbeddedSettings,
    PropagationSettings,
    ReceiverSettings,
    ScenarioSettings,
    ShadowingSettings,
    SpiralSettings,
    TrackingSettings,
)
from rfsl.config.processing import (
    AfarDataSettings,
    FigureSettings,
    FlightSettings,
    ModeSettings,
    PreprocessingSettings,
    SimulationSettings,
    TrainingSettings,
    TrialsSettings,
)


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
    propagation: PropagationSettings = Field(
        PropagationSettings(), description="propagation models"
    )
    receivers: dict[Name, ReceiverSettings] = Field(
        {
            "plain": ReceiverSettings(),
            "field": ReceiverSettings(
                shadowing=ShadowingSettings(), tracking=TrackingSettings(), offset_range_db=10.0
            ),
        },
        description="receivers by name: the paper's plain one, and one as calibrated on flights",
    )
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
            "clustered_calibrated": ModeSettings(
                representation="clustered", propagation="calibrated", label="clustered, calibrated"
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
