"""Draw Figure 6(b) (fig6b.pdf), with the AFAR teams' own estimates, and write its table."""

import pandas as pd

from rfsl.evaluation.tables.error_summary import last_estimates, read_evaluations, summarize
from rfsl.evaluation.tables.teams import own_rows, read_teams, teams_without_error
from rfsl.figures.error_bars import error_bars
from rfsl.figures.look import Look
from rfsl.figures.style import save_figure
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    evaluations = read_evaluations(params.evaluations)
    summary = summarize(evaluations, params.groups, params.labels, {})
    teams = read_teams(snakemake.input.teams or None)
    own = own_rows(teams, params.groups, params.trials, set(summary["after_s"]))
    last = last_estimates(own)
    unknown = teams_without_error(teams)
    notes = [f"not scored: {', '.join(params.without)}"] if params.without else []
    notes += [f"no published error at hand: {', '.join(unknown)}"] if unknown else []
    figure = error_bars(
        summary,
        params.colors,
        Look(**params.look),
        names=params.names,
        own_error_m=dict(zip(last["scope"], last["mean_error_m"], strict=True)),
        notes="\n".join(notes),
    )
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
    write_tsv(pd.concat([summary, own], ignore_index=True), snakemake.output.table)
