"""Put every mode on every trial into one table."""

from rfsl.evaluation.comparison import localizer_table
from rfsl.evaluation.summary import read_evaluations
from rfsl.jobs import job
from rfsl.tables import write_tsv

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.labels, snakemake.input.evaluations)
    table = localizer_table(evaluations, params.groups, params.labels)
    write_tsv(table, snakemake.output.table)
