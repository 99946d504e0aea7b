"""Make the page of the error against the time of the estimate."""

from rfsl.evaluation.over_time import read_errors_over_time
from rfsl.jobs import job
from rfsl.pages import error_time_page, write_page

with job(snakemake):
    table = read_errors_over_time(snakemake.input.table)
    write_page(error_time_page(table, snakemake.params.colors), snakemake.output[0])
