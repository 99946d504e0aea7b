"""Write results/tables/localizers.tsv: every mode on every trial, with bounds and ideal errors."""

from rfsl.evaluation.tables.comparison import localizer_table
from rfsl.evaluation.tables.error_summary import read_evaluations
from rfsl.io.schemas import BoundTable, RedrawnTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.evaluations)
    bounds = read_frame(snakemake.input.bounds, BoundTable)
    redrawn = read_frame(snakemake.input.redrawn, RedrawnTable)
    table = localizer_table(evaluations, params.groups, params.labels, bounds, redrawn)
    write_tsv(table, snakemake.output.table)
