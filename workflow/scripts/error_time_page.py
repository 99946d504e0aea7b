"""Write results/pages/error_time.html: the page of error against the time of the estimate."""

from rfsl.evaluation.tables.over_time import read_errors_over_time
from rfsl.pages.error_time import error_time_page
from rfsl.pages.page import write_page
from rfsl.workflow.jobs import job

with job(snakemake):
    table = read_errors_over_time(snakemake.input.table)
    write_page(error_time_page(table, snakemake.params.colors), snakemake.output[0])
