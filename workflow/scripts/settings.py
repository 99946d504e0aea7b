"""Write results/settings.yaml, the merged configuration, and results/tables/versions.tsv."""

from rfsl.workflow.jobs import job
from rfsl.workflow.versions import write_config, write_versions

with job(snakemake):
    write_config(snakemake.params.config, snakemake.output.config)
    write_versions(snakemake.output.versions)
