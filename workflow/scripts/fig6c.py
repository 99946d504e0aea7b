"""Draw Figure 6(c) (fig6c.pdf), the error by trajectory, and write its table."""

from rfsl.evaluation.tables.error_summary import read_evaluations, read_published, summarize
from rfsl.figures.error_bars import error_bars
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.evaluations)
    published = read_published(snakemake.input.published or None, "fig6c")
    summary = summarize(evaluations, params.groups, params.labels, published)
    missing = ", ".join(params.without)
    notes = f"in the trials table but not scored: flight {missing}" if missing else ""
    look = Look(**params.look)
    figure = error_bars(summary, params.colors, look, names=params.names, notes=notes)
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(summary, snakemake.output.table)
