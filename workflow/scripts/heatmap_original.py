"""Write results/tables/heatmap_original.tsv: our modes on radio maps beside LocHeatmap's own."""

from rfsl.evaluation.tables.heatmaps import heatmap_table
from rfsl.io.schemas import HeatmapTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    labels = snakemake.params.labels
    scores = {
        mode: read_frame(path, HeatmapTable)
        for mode, path in zip(labels, snakemake.input.scores, strict=True)
    }
    write_tsv(heatmap_table(scores, labels, snakemake.params.seed), snakemake.output.table)
