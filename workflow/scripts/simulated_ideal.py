"""Score the ideal posterior on simulated flights of one fold."""

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.evaluation.simulated import Ideal, simulated_scores
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import write_frame
from rfsl.propagation.calibration_file import read_calibration
from rfsl.simulation.flights import FlightSimulator
from rfsl.workflow.jobs import job

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
