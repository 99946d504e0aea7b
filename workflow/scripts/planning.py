"""Write the table of the benchmark of planners, and draw it."""

from rfsl.evaluation.tables.planning import planning_table
from rfsl.figures.look import Look
from rfsl.figures.planning import planning_panels
from rfsl.figures.style import save_figure
from rfsl.io.schemas import PlanningTable
from rfsl.io.tables import read_frame, write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    scores = {
        name: [read_frame(path, PlanningTable) for path in paths]
        for name, paths in params.scores.items()
    }
    table = planning_table(scores, params.labels, params.seed)
    write_tsv(table, snakemake.output.table)
    figure = planning_panels(table, params.colors, Look(**params.look))
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
