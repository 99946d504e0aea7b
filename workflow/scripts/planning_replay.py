"""Write results/tables/planning_replay.tsv: a planner that chooses among flown minutes."""

import pandas as pd

from rfsl.evaluation.planning import PlanningBenchmark
from rfsl.evaluation.planning_replay import Replay, replay_scores, replay_table
from rfsl.flights.files import read_flight
from rfsl.io.tables import write_tsv
from rfsl.workflow.jobs import job

with job(snakemake):
    benchmark = PlanningBenchmark.of(snakemake.params, snakemake.input.calibrations)
    items = [read_flight(path) for path in snakemake.input.flights]
    scores = []
    for fold in snakemake.params.folds:
        here = [item for item in items if item.location == fold]
        replay = Replay.of(here, benchmark.mission_of(fold), benchmark.flights)
        source_xy_m = here[0].source_m[:2]
        scores.append(replay_scores(replay, fold, source_xy_m, benchmark.seed))
    write_tsv(replay_table(pd.concat(scores, ignore_index=True)), snakemake.output[0])
