"""Compare the size of RealAdaptRNet with the published numbers."""

from rfsl.evaluation.complexity import complexity_table
from rfsl.jobs import job
from rfsl.tables import write_tsv

with job(snakemake):
    write_tsv(complexity_table(), snakemake.output.table)
