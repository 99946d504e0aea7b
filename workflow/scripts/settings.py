"""Write down the merged configuration and the versions of what computed."""

from rfsl.jobs import job
from rfsl.record import write_config, write_versions

with job(snakemake):
    write_config(snakemake.params.config, snakemake.output.config)
    write_versions(snakemake.output.versions)
