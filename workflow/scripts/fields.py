"""Draw fields.pdf, the benchmark on flights of many fields, and write its tables."""

from itertools import cycle

from rfsl.evaluation.fields import read_scores
from rfsl.evaluation.tables.fields import (
    absent_rows,
    flights_table,
    pairs_table,
    sets_table,
    told_times,
)
from rfsl.figures.fields import fields_panels
from rfsl.figures.look import Look
from rfsl.figures.palette import COLORS
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params, labels = snakemake.params, snakemake.params.labels
    scores, heights_m = read_scores(params.scores, snakemake.input.flights)
    flights = flights_table(scores, heights_m)
    drawn = params.seed, params.bootstrap_samples
    summary = sets_table(flights, params.titles, labels, *drawn)
    pairs = pairs_table(flights, params.reference, labels, *drawn)
    colors = dict(zip(labels, cycle(COLORS), strict=False))
    shown = colors, params.whole_s, params.times_s, params.reference, Look(**params.look)
    save_figure(fields_panels(summary, flights, *shown), snakemake.output.pdf, snakemake.output.png)
    for table, path in (
        (summary, snakemake.output.table),
        (flights, snakemake.output.each),
        (pairs, snakemake.output.pairs),
    ):
        write_tsv(told_times(table, params.whole_s), path)
    write_tsv(absent_rows(params.absent, params.titles), snakemake.output.absent)
