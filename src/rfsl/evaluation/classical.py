"""Classical localizers as the workflow asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rfsl.calibrated import read_calibration
from rfsl.config import FlightSettings, LocalizerSettings, PropagationSettings, ScenarioSettings
from rfsl.frames import Box, LocalFrame
from rfsl.localizers import LOCALIZERS, Localizer, Surroundings
from rfsl.propagation import MODELS


def build_localizer(
    mode: Mapping[str, Any],
    calibration: str | Path | None,
    scenario: ScenarioSettings,
    settings: LocalizerSettings,
    flights: FlightSettings,
) -> Localizer:
    """The localizer of a mode for one trial.

    Args:
        mode: plain values: localizer, and with a propagation model its name and its settings as
            `propagation` and `model`.
        calibration: file of the trial's fold, if the propagation model needs one.
    """
    model = None
    fitted = read_calibration(calibration)
    if "propagation" in mode:
        model = MODELS[mode["propagation"]].build(
            scenario, PropagationSettings(**mode["model"]), fitted
        )
    area = Box.of(scenario.source_area, LocalFrame.of(scenario))
    surroundings = Surroundings(area, scenario.source_height_m, settings, flights, model, fitted)
    return LOCALIZERS[mode["localizer"]].build(surroundings)
