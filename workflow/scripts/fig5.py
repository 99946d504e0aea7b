"""Draw Figure 5 (fig5.pdf), the errors of the propagation models, and write its table."""

from rfsl.evaluation.tables.propagation import read_propagation_errors, summarize_propagation_errors
from rfsl.figures.look import Look
from rfsl.figures.propagation import error_cdf
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    trials = snakemake.params.trials
    errors = read_propagation_errors(dict(zip(trials, snakemake.input.errors, strict=True)), trials)
    look, names = Look(**snakemake.params.look), snakemake.params.names
    figure = error_cdf(errors, [trial["kind"] for trial in trials.values()], look, names)
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(summarize_propagation_errors(errors), snakemake.output.table)
