"""Write results/evaluation/simulated/ideal/{fold}.parquet: scores of the ideal posterior."""

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.evaluation.simulated import Ideal, simulated_scores
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import write_frame
from rfsl.workflow.jobs import job
from rfsl.workflow.simulator import flight_simulator

with job(snakemake):
    params = snakemake.params
    localizers = LocalizerSettings(**params.localizers)
    simulator = flight_simulator(params, snakemake.input.calibration)
    ideal = Ideal.of(simulator, localizers, FlightSettings(**params.flights))
    scores = simulated_scores(simulator, ideal, params.seed, simulator.settings.test_flights)
    write_frame(scores, snakemake.output[0], SimulatedTable)
