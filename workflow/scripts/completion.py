"""Write results/tables/heatmap_completion.tsv: completed RSS maps compared with interpolation.

Networks and interpolation get the same measurements.
"""

from rfsl.config.radiomaps import (
    HeatmapNetworkSettings,
    HeatmapScoreSettings,
    MeasurementSettings,
    SceneSettings,
)
from rfsl.evaluation.completion import completion_table
from rfsl.evaluation.heatmaps import parts
from rfsl.io.tables import write_tsv
from rfsl.networks.heatmap.network import load_map_network
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    settings = SceneSettings(**params.scenes)
    measurement = MeasurementSettings(**params.measurement)
    networks = {
        name: [
            load_map_network(
                {name: HeatmapNetworkSettings(**item)}, [path], settings.pixels, params.width
            )
            for path in paths
        ]
        for (name, item), paths in zip(
            params.networks.items(),
            parts(snakemake.input.weights, len(params.networks)),
            strict=True,
        )
    }
    channels = frozenset().union(*(each[0].measured for each in networks.values()))
    table = completion_table(
        networks,
        read_scenes(snakemake.input.scenes),
        read_scenes(snakemake.input.validation),
        Surveyor(settings, measurement, channels),
        HeatmapScoreSettings(**params.score),
        params.seed,
    )
    write_tsv(table, snakemake.output.table)
