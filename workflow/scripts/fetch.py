"""Fetch one public file, or take it from the folder that the user named."""

from pathlib import Path

from rfsl.workflow.data.registry import load_registry, locate_folder, obtain
from rfsl.workflow.jobs import job

with job(snakemake):
    folder = locate_folder(snakemake.config["afar"]["folder"])
    obtain(load_registry()[snakemake.wildcards.file], Path(snakemake.output[0]), folder)
