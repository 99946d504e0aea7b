"""Write results/models/heatmap/precision.json: the fastest precision of each network on maps."""

from rfsl.config.radiomaps import HeatmapTrainingSettings, SceneSettings
from rfsl.io.records import write_json
from rfsl.networks.heatmap.precision import measure_precision
from rfsl.networks.torch_support import training_device
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    found = measure_precision(
        params.architectures,
        SceneSettings(**params.scenes),
        HeatmapTrainingSettings(**params.training),
        training_device(params.device),
    )
    log.info("%s", found)
    write_json(found.model_dump(), snakemake.output[0])
