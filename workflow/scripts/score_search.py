"""Write results/evaluation/heatmap/two_laws.parquet: scores of a search without any training.

The search knows the two laws of RSS from which the simulated scenes are made.
"""

from rfsl.config.radiomaps import HeatmapScoreSettings, MeasurementSettings, SceneSettings
from rfsl.evaluation.heatmaps import search_scores
from rfsl.io.schemas import HeatmapTable
from rfsl.io.tables import write_frame
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    measurement = MeasurementSettings(**params.measurement)
    scores = search_scores(
        read_scenes(snakemake.input.scenes),
        Surveyor(SceneSettings(**params.scenes), measurement, frozenset()),
        HeatmapScoreSettings(**params.score),
        params.seed,
    )
    write_frame(scores, snakemake.output[0], HeatmapTable)
