"""Turn the shards of a split into feature vectors."""

from rfsl.jobs import job
from rfsl.preprocessing import simulated_features
from rfsl.representations import representation_settings
from rfsl.tables import read_simulation, read_trajectory, write_features

with job(snakemake):
    shards = [read_simulation(path) for path in snakemake.input.shards]
    features = simulated_features(
        (rss_dbm for shard in shards for rss_dbm in shard.features),
        read_trajectory(snakemake.input.trajectory).until(snakemake.params.after_s),
        representation_settings(snakemake.params.settings),
        snakemake.threads,
    )
    sources = [position for shard in shards for position in shard.source_xy_m]
    write_features(sources, list(features), snakemake.output[0])
