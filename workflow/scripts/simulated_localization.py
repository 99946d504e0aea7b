"""Score a mode on simulated flights of one fold."""

from rfsl.calibrated import read_calibration
from rfsl.config import (
    FlightSettings,
    FlightSimulationSettings,
    LocalizerSettings,
    ScenarioSettings,
)
from rfsl.evaluation.classical import build_localizer
from rfsl.evaluation.simulated import cells_estimator, simulated_scores
from rfsl.flight_simulation import FlightSimulator
from rfsl.jobs import job
from rfsl.tables import SimulatedTable, write_frame

with job(snakemake):
    params, calibration = snakemake.params, snakemake.input.calibration
    scenario = ScenarioSettings(**params.scenario)
    localizers = LocalizerSettings(**params.localizers)
    settings = FlightSimulationSettings(**params.flight_simulation)
    localizer = build_localizer(
        params.mode,
        calibration if params.calibrated else None,
        scenario,
        localizers,
        FlightSettings(**params.flights),
    )
    estimate = cells_estimator(snakemake.wildcards.mode, localizer)
    simulator = FlightSimulator.of(read_calibration(calibration), scenario, localizers, settings)
    scores = simulated_scores(simulator, estimate, params.seed, settings.test_flights)
    write_frame(scores, snakemake.output[0], SimulatedTable)
