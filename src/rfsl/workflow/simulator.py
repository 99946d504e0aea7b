"""Simulated flights as several rules ask for them."""

from __future__ import annotations

from typing import Any

from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.propagation.calibration_file import read_calibration
from rfsl.simulation.flights import FlightSimulator


def flight_simulator(params: Any, calibration: str) -> FlightSimulator:
    """The simulator of flights that localizers see.

    Args:
        params: of the rule; blocks `scenario`, `flight_simulation` and `localizers`.
        calibration: path of the calibration that flights are drawn from.
    """
    localizers = LocalizerSettings(**params.localizers)
    return FlightSimulator.of(
        read_calibration(calibration),
        ScenarioSettings(**params.scenario),
        FlightSimulationSettings(**params.flight_simulation),
        cell_m=localizers.cell_m,
        position_std_m=localizers.position_std_m,
    )
