"""Turn the shards of a split into feature vectors."""

from rfsl.workflow.jobs import job
from rfsl.features.clustering import simulated_features
from rfsl.io.progress import tracked
from rfsl.features.representations import representation_settings
from rfsl.io.tables import read_simulation, read_trajectory, write_features

with job(snakemake):
    trajectory = read_trajectory(snakemake.input.trajectory).until(snakemake.params.after_s)
    settings = representation_settings(snakemake.params.settings)
    paths = snakemake.input.shards
    shards = tracked(map(read_simulation, paths), len(paths), "shards")  # one after another
    write_features(
        (
            (shard.source_xy_m, simulated_features(shard.rss_dbm(), trajectory, settings))
            for shard in shards
        ),
        snakemake.output[0],
    )
