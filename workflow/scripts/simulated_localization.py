"""Score a mode on simulated flights of one fold."""

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.evaluation.simulated import cells_estimator, simulated_scores
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import write_frame
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.propagation.calibration_file import read_calibration
from rfsl.simulation.flights import FlightSimulator
from rfsl.workflow.jobs import job

with job(snakemake):
    params, calibration = snakemake.params, snakemake.input.calibration
    scenario = ScenarioSettings(**params.scenario)
    localizers = LocalizerSettings(**params.localizers)
    settings = FlightSimulationSettings(**params.flight_simulation)
    built = build_localizers(
        params.mode,
        FittedFiles.of(params.fitted),
        scenario,
        localizers,
        FlightSettings(**params.flights),
    )
    # Of a mode with several networks, each alone, the first.
    estimate = cells_estimator(snakemake.wildcards.mode, built[0])
    simulator = FlightSimulator.of(
        read_calibration(calibration),
        scenario,
        settings,
        cell_m=localizers.cell_m,
        position_std_m=localizers.position_std_m,
    )
    scores = simulated_scores(simulator, estimate, params.seed, settings.test_flights)
    write_frame(scores, snakemake.output[0], SimulatedTable)
