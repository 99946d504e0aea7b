"""Score the ideal posterior on simulated flights of one fold."""

from rfsl.calibrated import read_calibration
from rfsl.config import (
    FlightSettings,
    FlightSimulationSettings,
    LocalizerSettings,
    ScenarioSettings,
)
from rfsl.evaluation.simulated import Ideal, simulated_scores
from rfsl.flight_simulation import FlightSimulator
from rfsl.jobs import job
from rfsl.schemas import SimulatedTable
from rfsl.tables import write_frame

with job(snakemake):
    params = snakemake.params
    localizers = LocalizerSettings(**params.localizers)
    simulator = FlightSimulator.of(
        read_calibration(snakemake.input.calibration),
        ScenarioSettings(**params.scenario),
        FlightSimulationSettings(**params.flight_simulation),
        cell_m=localizers.cell_m,
        position_std_m=localizers.position_std_m,
    )
    ideal = Ideal.of(simulator, localizers, FlightSettings(**params.flights))
    scores = simulated_scores(simulator, ideal, params.seed, simulator.settings.test_flights)
    write_frame(scores, snakemake.output[0], SimulatedTable)
