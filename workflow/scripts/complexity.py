"""Write results/tables/complexity.tsv: size and cost of RealAdaptRNet beside the paper's values."""

from rfsl.evaluation.tables.complexity import complexity_table
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    write_tsv(complexity_table(), snakemake.output.table)
