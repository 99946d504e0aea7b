"""Fix how kriging and the set networks of a fold are combined, on simulated flights."""

from pathlib import Path

from rfsl.config.localizers import LocalizerSettings
from rfsl.io.records import write_json
from rfsl.localizers.pool_fitting import fit_pool
from rfsl.workflow.jobs import job
from rfsl.workflow.simulator import flight_simulator

with job(snakemake):
    params = snakemake.params
    localizers = LocalizerSettings(**params.localizers)
    simulator = flight_simulator(params, snakemake.input.calibration)
    weights = [Path(path) for path in snakemake.input.weights]
    pool = fit_pool(simulator, localizers, weights, params.set_cell_m, params.seed)
    write_json(pool.model_dump(mode="json"), snakemake.output[0])
