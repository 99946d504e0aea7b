"""Draw error_time.pdf, the error against the time of the estimate, and write its table."""

from rfsl.evaluation.tables.error_summary import read_evaluations
from rfsl.evaluation.tables.over_time import errors_over_time
from rfsl.figures.look import Look
from rfsl.figures.over_time import error_curves
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.evaluations)
    table = errors_over_time(evaluations, params.labels, params.times_s)
    figure = error_curves(table, params.colors, Look(**params.look), params.names)
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(table, snakemake.output.table)
