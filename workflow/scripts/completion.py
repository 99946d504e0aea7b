"""Compare completed RSS maps with interpolation of the same measurements."""

from rfsl.config import (
    HeatmapNetworkSettings,
    HeatmapScoreSettings,
    MeasurementSettings,
    SceneSettings,
)
from rfsl.evaluation.completion import completion_table
from rfsl.jobs import job
from rfsl.models.heatmap import load_map_network
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import read_scenes
from rfsl.tables import write_tsv

with job(snakemake):
    params = snakemake.params
    settings = SceneSettings(**params.scenes)
    networks = {name: HeatmapNetworkSettings(**item) for name, item in params.network.items()}
    table = completion_table(
        [
            load_map_network(networks, [path], settings.pixels, params.width)
            for path in snakemake.input.weights
        ],
        read_scenes(snakemake.input.scenes),
        read_scenes(snakemake.input.validation),
        Surveyor(
            settings.pixel_m, settings.uav_height_m, MeasurementSettings(**params.measurement)
        ),
        HeatmapScoreSettings(**params.score),
        params.seed,
    )
    write_tsv(table, snakemake.output.table)
