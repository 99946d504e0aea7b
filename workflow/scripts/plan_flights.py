"""Fly some worlds of the planners' benchmark with one policy, and score the estimates."""

from rfsl.evaluation.planning import PlanningBenchmark, planning_scores
from rfsl.io.schemas import PlanningTable
from rfsl.io.tables import write_frame
from rfsl.planning.policies import POLICIES
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    benchmark = PlanningBenchmark.of(params, snakemake.input.calibrations)
    policy = POLICIES[snakemake.wildcards.policy]
    scores = planning_scores(benchmark, policy, range(params.first, params.stop))
    write_frame(scores, snakemake.output[0], PlanningTable)
