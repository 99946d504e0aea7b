"""Draw Figure 6(a) and write its table."""

from rfsl.evaluation.summary import read_published, summarize
from rfsl.figures.errors import error_bars
from rfsl.figures.style import save_figure
from rfsl.jobs import job
from rfsl.tables import EvaluationTable, read_frame, write_tsv

with job(snakemake):
    labels = snakemake.params.labels
    evaluations = {
        mode: read_frame(path, EvaluationTable)
        for mode, path in zip(labels, snakemake.input.evaluations, strict=True)
    }
    published = read_published(snakemake.input.published or None)
    summary = summarize(evaluations, snakemake.params.trials, labels, published)
    save_figure(error_bars(summary), snakemake.output.pdf, snakemake.output.png)
    write_tsv(summary, snakemake.output.table)
