"""The configuration: pydantic models of every key, and how a merged config is checked."""

from rfsl.config.base import Settings
from rfsl.config.figures import (
    Fig4aSettings,
    Fig5Settings,
    Fig6aSettings,
    Fig6bSettings,
    Fig6cSettings,
    FigureSettings,
)
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
    AblationSettings,
    AfarDataSettings,
    ClusteredSettings,
    FlightSettings,
    LocalizerSettings,
    ModeSettings,
    NormalizedSettings,
    PreprocessingSettings,
    SimulationSettings,
    TrainingSettings,
    TrialsSettings,
)
from rfsl.config.schema import Config

__all__ = [
    "AblationSettings",
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
    "Fig6bSettings",
    "Fig6cSettings",
    "FigureSettings",
    "FlightSettings",
    "LegSettings",
    "LocalizerSettings",
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
