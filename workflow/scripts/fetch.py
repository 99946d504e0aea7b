"""Write data/afar/{file}: download a public file, or copy it from the folder that a user named."""

from pathlib import Path

from rfsl.workflow.data.registry import load_registry, locate_folder, obtain
from rfsl.workflow.jobs import job

with job(snakemake):
    folder = locate_folder(snakemake.config["afar"]["folder"])
    obtain(load_registry()[snakemake.wildcards.file], Path(snakemake.output[0]), folder)
