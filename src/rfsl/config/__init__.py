"""The configuration: pydantic models of every key, and how a merged config is checked."""

from rfsl.config.base import Settings
from rfsl.config.load import load_config, validate_config
from rfsl.config.physics import (
    AntennaSettings,
    Area,
    CalibrationSettings,
    EmbeddedSettings,
    LegSettings,
    PropagationSettings,
    ReceiverSettings,
    ScenarioSettings,
    ShadowingSettings,
    SpiralSettings,
    TrackingSettings,
)
from rfsl.config.processing import (
    AfarDataSettings,
    ClusteredSettings,
    Fig4aSettings,
    Fig5Settings,
    Fig6aSettings,
    FigureSettings,
    FlightSettings,
    ModeSettings,
    NormalizedSettings,
    PreprocessingSettings,
    SimulationSettings,
    TrainingSettings,
    TrialsSettings,
)
from rfsl.config.schema import Config

__all__ = [
    "AfarDataSettings",
    "AntennaSettings",
    "Area",
    "CalibrationSettings",
    "ClusteredSettings",
    "Config",
    "EmbeddedSettings",
    "Fig4aSettings",
    "Fig5Settings",
    "Fig6aSettings",
    "FigureSettings",
    "FlightSettings",
    "LegSettings",
    "ModeSettings",
    "NormalizedSettings",
    "PreprocessingSettings",
    "PropagationSettings",
    "ReceiverSettings",
    "ScenarioSettings",
    "Settings",
    "ShadowingSettings",
    "SimulationSettings",
    "SpiralSettings",
    "TrackingSettings",
    "TrainingSettings",
    "TrialsSettings",
    "load_config",
    "validate_config",
]
