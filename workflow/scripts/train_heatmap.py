"""Train a network on maps: write results/models/heatmap/{propagation}/{network}/seed{seed}/."""

from pathlib import Path

from rfsl.config.radiomaps import (
    HeatmapNetworkSettings,
    HeatmapTrainingSettings,
    MeasurementSettings,
    SceneSettings,
)
from rfsl.networks.checkpoints import checkpoint_of
from rfsl.networks.heatmap.network import MapNetwork, laid_out, load_map_network
from rfsl.networks.heatmap.precision import training_computation
from rfsl.networks.heatmap.training import (
    Objective,
    save_trained_maps,
    train_map_network,
    training_generator,
)
from rfsl.networks.torch_support import torch_seeded, training_device
from rfsl.radiomaps.files import read_scenes
from rfsl.workflow.jobs import job

with job(snakemake) as log, checkpoint_of(snakemake) as checkpoint:
    params, wildcards = snakemake.params, snakemake.wildcards
    scenes = SceneSettings(**params.scenes)
    training = HeatmapTrainingSettings(**params.training)
    networks = {name: HeatmapNetworkSettings(**item) for name, item in params.networks.items()}
    settings = networks.pop(wildcards.network)
    device = training_device(params.device)
    found = training_computation(
        training.precision, snakemake.input.precision, settings.architecture, device
    )
    training = training.model_copy(update={"precision": found.precision})
    seen = {
        name: load_map_network({name: item}, [path], scenes.pixels, training.width)
        for (name, item), path in zip(networks.items(), snakemake.input.completions, strict=True)
    }
    seed = int(wildcards.seed)
    rng = training_generator(params.seed, wildcards.propagation, wildcards.network, seed)
    with torch_seeded(int(rng.integers(2**63))):
        model = MapNetwork(settings, seen, scenes.pixels, training.width)
    summary, history = train_map_network(
        laid_out(model, device, found.layout),
        Objective(training.heatmap_weight, **params.target),
        read_scenes(snakemake.input.training),
        read_scenes(snakemake.input.validation),
        model.surveyor(scenes, MeasurementSettings(**params.measurement)),
        training,
        rng,
        seed=seed,
        checkpoint=checkpoint,
    )
    log.info("%s", summary)
    save_trained_maps(model, summary, history, *(Path(path) for path in snakemake.output))
