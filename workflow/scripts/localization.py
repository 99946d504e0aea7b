"""Put the errors of every mode on every trial into one table."""

from rfsl.evaluation.summary import read_evaluations, summarize
from rfsl.jobs import job
from rfsl.tables import write_tsv

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.labels, snakemake.input.evaluations)
    summary = summarize(evaluations, params.groups, params.labels, {})
    write_tsv(summary.drop(columns="published_error_m"), snakemake.output.table)
