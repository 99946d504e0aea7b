"""Write results/fields/scores/{field}/{team}.parquet: results of another team on one set."""

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.submitted import WHOLE, check_complete, read_results, score_results
from rfsl.flights.files import read_flight
from rfsl.geometry.frames import LocalFrame
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import write_frame
from rfsl.workflow.jobs import job

with job(snakemake):
    params, path = snakemake.params, snakemake.input.results
    frame = LocalFrame.of(ScenarioSettings(**params.scenario))
    settings = FlightSettings(**params.flights)
    times = params.times_s, params.whole_s
    after = [*map(str, params.times_s), WHOLE]
    results = read_results(path, params.trials, snakemake.wildcards.field, after)
    items = [read_flight(flight) for flight in snakemake.input.flights]
    check_complete(path, items, results, *times)
    rows = [score_results(item, results, frame, settings, *times) for item in items]
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
