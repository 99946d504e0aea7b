"""Write results/tables/simulated.tsv: modes and the ideal posterior on simulated flights."""

from rfsl.evaluation.tables.simulated import simulated_table
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    scores: dict = {mode: [] for mode in params.labels}
    for mode, path in zip(params.modes, snakemake.input.scores, strict=True):
        scores[mode].append(read_frame(path, SimulatedTable))
    write_tsv(simulated_table(scores, params.labels, params.seed), snakemake.output.table)
