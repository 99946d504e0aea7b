"""Write the scores of a classical localizer on trials."""

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.trials import Candidate, evaluate_trial
from rfsl.flights.files import read_flight
from rfsl.io.progress import tracked
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import write_frame
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    flights = FlightSettings(**params.flights)
    rows = []
    paths = snakemake.input.flights
    for file in tracked(map(read_flight, paths), len(paths), "trials"):
        localizers = build_localizers(
            params.mode,
            FittedFiles.of(params.fitted[params.folds[file.trial]]),
            ScenarioSettings(**params.scenario),
            LocalizerSettings(**params.localizers),
            flights,
        )
        rows += [
            evaluate_trial(file, Candidate(localizer, after_s, seed), flights)
            for seed, localizer in localizers.items()
            for after_s in params.estimate_after_s
        ]
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
