"""Score a mode on simulated flights of one fold."""

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.simulated import cells_estimator, simulated_scores
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import write_frame
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.workflow.jobs import job
from rfsl.workflow.simulator import flight_simulator

with job(snakemake):
    params, calibration = snakemake.params, snakemake.input.calibration
    scenario = ScenarioSettings(**params.scenario)
    localizers = LocalizerSettings(**params.localizers)
    built = build_localizers(
        params.mode,
        FittedFiles.of(params.fitted),
        scenario,
        localizers,
        FlightSettings(**params.flights),
    )
    # Of a mode with several networks, each alone, the first.
    estimate = cells_estimator(snakemake.wildcards.mode, built[0])
    simulator = flight_simulator(params, calibration)
    scores = simulated_scores(simulator, estimate, params.seed, simulator.settings.test_flights)
    write_frame(scores, snakemake.output[0], SimulatedTable)
