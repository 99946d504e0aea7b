"""Write results/radiomaps/{propagation}/{split}/{shard}.arrow: scenes with their radio maps."""

from rfsl.config.propagation import PropagationSettings
from rfsl.config.radiomaps import SceneSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.io.progress import tracked
from rfsl.radiomaps.files import write_scenes
from rfsl.radiomaps.maps import RadioMapGenerator
from rfsl.workflow.jobs import job

with job(snakemake):
    params, wildcards = snakemake.params, snakemake.wildcards
    generator = RadioMapGenerator.of(
        wildcards.propagation,
        SceneSettings(**params.scenes),
        ScenarioSettings(**params.scenario),
        PropagationSettings(**params.maps["model"]),
        attitude_range_deg=params.maps["attitude_range_deg"],
    )
    numbers = range(params.first, params.stop)
    drawn = (generator.draw(params.seed, wildcards.split, number) for number in numbers)
    scenes = list(tracked(drawn, len(numbers), "scenes"))
    write_scenes(scenes, snakemake.output[0])
