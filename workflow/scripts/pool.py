"""Fix how kriging and the set networks of a fold are combined, on simulated flights."""

from pathlib import Path

from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.io.records import write_json
from rfsl.localizers.pool_fitting import fit_pool
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
    weights = [Path(path) for path in snakemake.input.weights]
    pool = fit_pool(simulator, localizers, weights, params.set_cell_m, params.seed)
    write_json(pool.model_dump(mode="json"), snakemake.output[0])
