"""Compare the size of RealAdaptRNet with the published numbers."""

from rfsl.evaluation.tables.complexity import complexity_table
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    write_tsv(complexity_table(), snakemake.output.table)
