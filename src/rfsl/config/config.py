"""The whole configuration: type, bounds, default and meaning of every key.

`make config` generates config/config.yaml, config/config.schema.json and config/README.md from it;
a test fails if they are not up to date.
"""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field, model_validator

from rfsl.config.base import MINIMUM_INPUTS, Name, Representation, Settings
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.features import AblationSettings, PreprocessingSettings
from rfsl.config.fields import FieldsSettings
from rfsl.config.figures import FigureSettings
from rfsl.config.flights import AfarDataSettings, FlightSettings, TrialsSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.modes import LocalizeSettings, ModeSettings
from rfsl.config.networks import ComputeSettings, SetNetworkSettings, TrainingSettings
from rfsl.config.planning import PlanningSettings
from rfsl.config.propagation import PROPAGATION_LABELS, PropagationSettings
from rfsl.config.radiomaps import Decoder, HeatmapSettings
from rfsl.config.scenario import ScenarioSettings, SpiralSettings
from rfsl.config.simulation import (
    EmbeddedSettings,
    FlightSimulationSettings,
    ReceiverSettings,
    ShadowingSettings,
    SimulationSettings,
    TrackingSettings,
)
from rfsl.errors import did_you_mean

#: The models of RealAdaptRNet's modes.
_TRAINED_MODELS = ("free_space", "two_ray", "enhanced_two_ray", "calibrated")

#: The ten modes of LocHeatmap by its own names, three with completions of this project's, and one
#: for flights over open ground.
_HEATMAP_MODES: tuple[tuple[str, str, str, Decoder, str], ...] = (
    ("proposal", "los_nlos", "log", "soft_argmax", "LocHeatmap"),
    ("proposal_dsnt", "los_nlos", "log", "dsnt", "LocHeatmap, DSNT"),
    (
        "proposal_gaussian_softargmax",
        "los_nlos",
        "gaussian",
        "soft_argmax",
        "LocHeatmap, Gaussian",
    ),
    ("proposal_gaussian_dsnt", "los_nlos", "gaussian", "dsnt", "LocHeatmap, Gaussian, DSNT"),
    ("proposal_rss_only", "los_nlos", "rss_only", "argmax", "LocHeatmap, RSS only"),
    ("proposal_aoa_only", "los_nlos", "aoa_only", "argmax", "LocHeatmap, AoA only"),
    ("DCAe", "los_nlos", "dcae", "argmax", "DCAE"),
    ("DCAe_simple", "los_nlos", "dcae_simple", "argmax", "Modified-DCAE"),
    ("LocUNet", "los_nlos", "locunet", "dsnt", "LocUNet, DSNT"),
    ("LocUNet_softargmax", "los_nlos", "locunet_softargmax", "soft_argmax", "LocUNet, soft-argmax"),
    (
        "proposal_skips",
        "los_nlos",
        "log_skips",
        "soft_argmax",
        "LocHeatmap, skips",
    ),
    ("proposal_original", "los_nlos", "log_original", "soft_argmax", "LocHeatmap, original"),
    (
        "LocUNet_softargmax_original",
        "los_nlos",
        "locunet_softargmax_original",
        "soft_argmax",
        "LocUNet, soft-argmax, original",
    ),
    (
        "proposal_corrected",
        "los_nlos",
        "log_corrected",
        "soft_argmax",
        "LocHeatmap, model corrected",
    ),
    (
        "proposal_rss_only_corrected",
        "los_nlos",
        "rss_only_corrected",
        "soft_argmax",
        "LocHeatmap, RSS only, model corrected",
    ),
    (
        "proposal_rss_only_free_space",
        "free_space",
        "rss_only",
        "argmax",
        "LocHeatmap, RSS only, free space",
    ),
)


class Config(Settings):
    """The whole configuration."""

    seed: Annotated[int, Field(ge=0)] = Field(20231213, description="seed of every random draw")
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
        description="receivers by name: the paper's plain one, and one calibrated on flights",
    )
    calibration: CalibrationSettings = Field(CalibrationSettings(), description="calibration")
    embedded: EmbeddedSettings = Field(EmbeddedSettings(), description="synthetic trials")
    simulation: SimulationSettings = Field(SimulationSettings(), description="data sets")
    flight_simulation: FlightSimulationSettings = Field(
        FlightSimulationSettings(), description="simulated flights of any shape"
    )
    preprocessing: PreprocessingSettings = Field(
        PreprocessingSettings(), description="features of a flight"
    )
    training: TrainingSettings = Field(TrainingSettings(), description="training of networks")
    compute: ComputeSettings = Field(ComputeSettings(), description="where networks are trained")
    set_network: SetNetworkSettings = Field(
        SetNetworkSettings(), description="network that scores candidate positions"
    )
    heatmaps: HeatmapSettings = Field(
        HeatmapSettings(), description="radio maps and heatmaps (LocHeatmap)"
    )
    localizers: LocalizerSettings = Field(LocalizerSettings(), description="classical localizers")
    modes: dict[Name, ModeSettings] = Field(
        {
            **{
                f"{representation}_{propagation}": ModeSettings(
                    representation=representation,
                    propagation=propagation,
                    label=f"{representation}, {PROPAGATION_LABELS[propagation]}",
                )
                for representation in get_args(Representation)
                for propagation in _TRAINED_MODELS
            },
            "strongest_rss": ModeSettings(localizer="strongest_rss", label="strongest RSS"),
            "weighted_centroid": ModeSettings(
                localizer="weighted_centroid", label="weighted centroid"
            ),
            "linear_least_squares": ModeSettings(
                localizer="linear_least_squares", label="linear least squares"
            ),
            "grid_free_space": ModeSettings(
                localizer="grid_likelihood", propagation="free_space", label="grid, free space"
            ),
            "grid_two_ray": ModeSettings(
                localizer="grid_likelihood", propagation="two_ray", label="grid, two-ray"
            ),
            "kriging_free_space": ModeSettings(
                localizer="kriging", propagation="free_space", label="kriging, free space"
            ),
            "kriging_calibrated": ModeSettings(
                localizer="kriging",
                propagation="calibrated",
                label="kriging, calibrated",
                color="#D55E00",
            ),
            "set_calibrated": ModeSettings(
                localizer="set_network", propagation="calibrated", label="set network"
            ),
            "combined_calibrated": ModeSettings(
                localizer="combined", propagation="calibrated", label="kriging and set network"
            ),
            "ensemble_calibrated": ModeSettings(
                localizer="ensemble", propagation="calibrated", label="kriging and all set networks"
            ),
            "particle_filter_free_space": ModeSettings(
                localizer="particle_filter",
                propagation="free_space",
                label="particle filter, free space",
            ),
            "two_law_search": ModeSettings(localizer="two_law_search", label="search by two laws"),
            **{
                name: ModeSettings(
                    localizer="heatmap",
                    propagation=propagation,
                    network=network,
                    decoder=decoder,
                    label=label,
                )
                for name, propagation, network, decoder, label in _HEATMAP_MODES
            },
        },
        min_length=1,
        description="modes by name; results/evaluation/ has a folder for each",
    )
    flight: str | Annotated[list[str], Field(min_length=1)] | None = Field(
        None,
        description="log of the flight that `results/localize/<name>/fix.json` is made from; any "
        "format of docs/reference/flight-logs.md; a list fuses the flights over one source",
    )
    localize: LocalizeSettings = Field(
        LocalizeSettings(), description="a position from one flight log"
    )
    fields: FieldsSettings = Field(
        FieldsSettings(), description="benchmark on flights of many fields"
    )
    planning: PlanningSettings = Field(
        PlanningSettings(), description="policies that choose the way in flight"
    )
    ablation: AblationSettings = Field(AblationSettings(), description="one change at a time")
    figures: FigureSettings = Field(FigureSettings(), description="figures")

    @model_validator(mode="after")
    def _horizons_fit(self) -> Config:
        figures = self.figures
        trained_s = {
            "trials.estimate_after_s": self.trials.estimate_after_s,
            "figures.fig6a.times_s": figures.fig6a.times_s,
            "figures.fig6b.times_s": figures.fig6b.times_s,
            "figures.fig6c.times_s": figures.fig6c.times_s,
        }
        for key, times_s in trained_s.items():
            if times_s is not None:
                self._can_train(key, times_s)
        for figure in ("error_time", "coverage", "replay"):
            shown_s = getattr(figures, figure).times_s[-1]
            if shown_s > self.flights.duration_s:
                raise ValueError(
                    f"figures.{figure}.times_s: {shown_s} is longer than flights.duration_s "
                    f"({self.flights.duration_s:g})"
                )
        return self

    def _can_train(self, key: str, times_s: list[int]) -> None:
        """Check that networks can be trained for the times of a key."""
        longest_s = min(self.spiral.duration_s, self.flights.duration_s)
        if times_s[-1] > longest_s:
            raise ValueError(
                f"{key}: {times_s[-1]} is longer than spiral.duration_s or flights.duration_s "
                f"({longest_s:g})"
            )
        samples = round(times_s[0] / self.spiral.sample_interval_s)
        inputs = samples // self.preprocessing.normalized.group_size
        if inputs < MINIMUM_INPUTS:
            raise ValueError(
                f"preprocessing.normalized.group_size leaves {inputs} inputs of the {samples} "
                f"samples in {times_s[0]} s (spiral.sample_interval_s, {key}); the network's "
                f"pooling needs {MINIMUM_INPUTS} or more"
            )

    @model_validator(mode="after")
    def _modes_exist(self) -> Config:
        named = {
            f"figures.{figure}.modes": block.modes
            for figure, block in self.figures
            if hasattr(block, "modes")
        }
        single = {
            "ablation.mode": [self.ablation.mode],
            "localize.modes": self.localize.modes,
            "figures.heatmap.original_modes": self.figures.heatmap.original_modes,
            "figures.heatmap.panels_mode": [self.figures.heatmap.panels_mode],
            "figures.replay.mode": [self.figures.replay.mode],
        }
        for key, modes in (named | single).items():
            unknown = [mode for mode in modes if mode not in self.modes]
            if unknown:
                raise ValueError(
                    f"{key} names {', '.join(unknown)}, but modes: has no such mode."
                    f"{did_you_mean(unknown, self.modes)} Allowed: {', '.join(sorted(self.modes))}"
                )
        return self
