"""Write results/evaluation/heatmap/{mode}.parquet: scores of a mode on simulated radio maps."""

from rfsl.config.radiomaps import HeatmapScoreSettings, MeasurementSettings, SceneSettings
from rfsl.evaluation.heatmaps import HeatmapReader, heatmap_scores
from rfsl.io.schemas import HeatmapTable
from rfsl.io.tables import write_frame
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    settings = SceneSettings(**params.scenes)
    readers = HeatmapReader.of_seeds(
        params.mode, snakemake.input.weights, params.seeds, settings.pixels
    )
    scores = heatmap_scores(
        readers,
        read_scenes(snakemake.input.scenes),
        readers[0].model.surveyor(settings, MeasurementSettings(**params.measurement)),
        HeatmapScoreSettings(**params.score),
        params.seed,
    )
    write_frame(scores, snakemake.output[0], HeatmapTable)
