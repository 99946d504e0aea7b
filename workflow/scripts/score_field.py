"""Write results/fields/scores/{field}/{estimator}.parquet: one estimator on one set."""

from pathlib import Path

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.fields import score_field_trial
from rfsl.flights.files import read_flight
from rfsl.io.progress import tracked
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import write_frame
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.workflow.jobs import job

with job(snakemake):
    params, paths = snakemake.params, snakemake.input.flights
    scenario, settings = ScenarioSettings(**params.scenario), FlightSettings(**params.flights)
    localizers = LocalizerSettings(**params.localizers)
    rows = []
    for item in tracked(map(read_flight, paths), len(paths), "trials"):
        if item.trial in params.calibrations:
            path = params.calibrations[item.trial]
            files = FittedFiles(None if path is None else Path(path))
            built = build_localizers(params.mode, files, scenario, localizers, settings)[0]
            times = params.times_s, params.whole_s
            rows.append(score_field_trial(item, built, settings, *times))
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
