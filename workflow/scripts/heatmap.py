"""Draw heatmap_coverage.pdf and heatmap_noise.pdf, and write their table, heatmap.tsv.

They show the errors of the modes on radio maps against coverage and against noise.
"""

from rfsl.evaluation.tables.heatmaps import heatmap_table
from rfsl.figures.heatmaps import SEARCH, error_against
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.schemas import HeatmapTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params, output = snakemake.params, snakemake.output
    scores = {
        mode: read_frame(path, HeatmapTable)
        for mode, path in zip(params.labels, snakemake.input.scores, strict=True)
    }
    for path in snakemake.input.search:
        scores[SEARCH] = read_frame(path, HeatmapTable)
    labels = params.labels | {SEARCH: "search by the two laws (RSS)"}
    table = heatmap_table(scores, labels, params.seed)
    for cause, held, pdf, png in (
        ("coverage", params.noise_rate, output.coverage_pdf, output.coverage_png),
        ("noise_rate", params.coverage, output.noise_pdf, output.noise_png),
    ):
        look = Look(**params.look)
        figure = error_against(table, cause, params.colors, held, params.scenes, look)
        save_figure(figure, pdf, png)
    write_tsv(table, output.table)
