"""Draw coverage.pdf, how often regions hold the source, and write its table."""

from rfsl.evaluation.tables.coverage import coverage_table
from rfsl.evaluation.tables.error_summary import read_evaluations
from rfsl.figures.coverage import coverage_panels
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.schemas import SimulatedTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params, labels = snakemake.params, snakemake.params.labels
    evaluations = read_evaluations(params.evaluations)
    simulated: dict = {mode: [] for mode in labels}
    for mode, path in zip(params.modes, snakemake.input.simulated, strict=True):
        simulated[mode].append(read_frame(path, SimulatedTable))
    whole = read_evaluations(params.whole)
    table = coverage_table(evaluations, whole, simulated, labels, params.times_s)
    look = Look(**params.look)
    figure = coverage_panels(
        evaluations, simulated, labels, params.colors, params.times_s[-1], look
    )
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(table, snakemake.output.table)
