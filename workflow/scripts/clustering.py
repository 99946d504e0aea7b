"""Draw clustering.pdf, the ablation of the clustered representation, and write its table."""

from rfsl.evaluation.tables.ablation import ablation_table
from rfsl.evaluation.tables.error_summary import read_evaluations
from rfsl.figures.ablation import ablation_panels
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.evaluations)
    table = ablation_table(params.variants, params.base, evaluations, params.networks)
    figure = ablation_panels(table, params.label, Look(**params.look))
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(table, snakemake.output.table)
