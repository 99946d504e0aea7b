"""Write results/tables/heatmap_whole_map.tsv: errors of completions that see the whole map."""

from rfsl.config.radiomaps import HeatmapNetworkSettings, MeasurementSettings, SceneSettings
from rfsl.evaluation.heatmaps import parts
from rfsl.evaluation.whole_maps import whole_map_table
from rfsl.io.tables import write_tsv
from rfsl.networks.heatmap.network import load_map_network
from rfsl.radiomaps.batches import Surveyor
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake):
    params, pixels = snakemake.params, snakemake.params.scenes["pixels"]
    settings = {name: HeatmapNetworkSettings(**item) for name, item in params.networks.items()}
    weights = parts(snakemake.input.weights, len(settings))
    networks = {
        name: [load_map_network({name: item}, [path], pixels, params.width) for path in paths]
        for (name, item), paths in zip(settings.items(), weights, strict=True)
    }
    surveyor = Surveyor(
        SceneSettings(**params.scenes),
        MeasurementSettings(**params.measurement),
        frozenset().union(*(each[0].measured for each in networks.values())),
    )
    table = whole_map_table(networks, read_scenes(snakemake.input.scenes), surveyor)
    write_tsv(table, snakemake.output.table)
