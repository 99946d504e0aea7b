"""Train RealAdaptRNet: write results/models/{mode}/{fold}/{after_s}s/seed{seed}/."""

from pathlib import Path

from rfsl.config.networks import TrainingSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.features.files import read_features
from rfsl.features.representations import input_scaling, representation_settings
from rfsl.geometry.files import read_trajectory
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.networks.checkpoints import checkpoint_of
from rfsl.networks.realadaptrnet.training import Scaling, save_trained, train
from rfsl.networks.torch_support import training_device
from rfsl.workflow.jobs import job

with job(snakemake) as log, checkpoint_of(snakemake) as checkpoint:
    params, wildcards = snakemake.params, snakemake.wildcards
    scenario = ScenarioSettings(**params.scenario)
    area = Box.of(scenario.source_area, LocalFrame.of(scenario))
    trajectory = read_trajectory(snakemake.input.trajectory).until(params.after_s)
    settings = representation_settings(params.settings)
    offset, scale = input_scaling(settings, trajectory, area.center_m, area.half_size_m)
    trained = train(
        *(read_features(path) for path in snakemake.input.splits),
        Scaling(offset, scale, area.center_m, area.half_size_m),
        TrainingSettings(**params.training),
        base_seed=params.seed,
        mode=wildcards.mode,
        seed=int(wildcards.seed),
        device=training_device(params.device),
        checkpoint=checkpoint,
    )
    log.info("%s", trained.summary)
    save_trained(trained, *(Path(path) for path in snakemake.output))
