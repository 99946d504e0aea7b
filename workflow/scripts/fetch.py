"""Write a file of data/: download a public file, or copy it from the folder that a user named."""

from pathlib import Path

from rfsl.workflow.data.registry import AFAR, load_registry, obtain
from rfsl.workflow.jobs import job

with job(snakemake):
    resource = load_registry()[snakemake.wildcards.file]
    configured = snakemake.config["afar" if resource.home is AFAR else "fields"]["folder"]
    obtain(resource, Path(snakemake.output[0]), resource.home.named(configured))
