"""Write results/radiomaps/{propagation}/{split}/{shard}.arrow: scenes with their radio maps.

They are simulated, or read from a folder of pictures (`map_folder`).
"""

from rfsl.config.propagation import PropagationSettings
from rfsl.config.radiomaps import MapFolderSettings, SceneSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.io.progress import tracked
from rfsl.radiomaps.files import write_scenes
from rfsl.radiomaps.map_folder import MapFolder
from rfsl.radiomaps.maps import RadioMapGenerator
from rfsl.workflow.jobs import job

with job(snakemake):
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = SceneSettings(**params.scenes)
    if "folder" in params.maps:
        generator = MapFolder(MapFolderSettings(**params.maps["folder"]), settings)
    else:
        generator = RadioMapGenerator.of(
            wildcards.propagation,
            settings,
            ScenarioSettings(**params.scenario),
            PropagationSettings(**params.maps["model"]),
            attitude_range_deg=params.maps["attitude_range_deg"],
        )
    numbers = range(params.first, params.stop)
    drawn = (generator.draw(params.seed, wildcards.split, number) for number in numbers)
    scenes = list(tracked(drawn, len(numbers), "scenes"))
    write_scenes(scenes, snakemake.output[0])
