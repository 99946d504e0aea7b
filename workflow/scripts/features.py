"""Write results/features/.../{split}.parquet: a feature vector for each source of a split."""

from rfsl.features.files import write_features
from rfsl.features.representations import representation_settings
from rfsl.features.vectors import simulated_features
from rfsl.geometry.files import read_trajectory
from rfsl.io.progress import tracked
from rfsl.simulation.files import read_simulation
from rfsl.workflow.jobs import job

with job(snakemake):
    trajectory = read_trajectory(snakemake.input.trajectory).until(snakemake.params.after_s)
    settings = representation_settings(snakemake.params.settings)
    paths = snakemake.input.shards
    shards = tracked(map(read_simulation, paths), len(paths), "shards")  # one at a time in memory
    write_features(
        (
            (shard.source_xy_m, simulated_features(shard.received(), trajectory, settings))
            for shard in shards
        ),
        snakemake.output[0],
    )
