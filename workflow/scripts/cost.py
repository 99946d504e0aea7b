"""Draw cost.pdf, time and memory of each stage for the jobs that have run, and write its table."""

from rfsl.evaluation.tables.cost import cost_table, read_benchmarks
from rfsl.figures.cost import cost_bars
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    table = cost_table(read_benchmarks(list(snakemake.params.measured)))
    save_figure(
        cost_bars(table, Look(**snakemake.params.look)), snakemake.output.pdf, snakemake.output.png
    )
    write_tsv(table, snakemake.output.table)
