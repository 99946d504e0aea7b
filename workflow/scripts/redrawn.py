"""Score the ideal posterior on redraws of every trial's own flight."""

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.evaluation.redrawn import redrawn_errors
from rfsl.evaluation.simulated import Ideal
from rfsl.flights.files import read_flight
from rfsl.io.progress import tracked
from rfsl.io.schemas import RedrawnTable
from rfsl.io.tables import write_frame
from rfsl.workflow.jobs import job
from rfsl.workflow.simulator import flight_simulator

with job(snakemake):
    params = snakemake.params
    localizers = LocalizerSettings(**params.localizers)
    flights = FlightSettings(**params.flights)
    calibrations = dict(zip(params.folds, snakemake.input.calibrations, strict=True))
    parts = []
    paths = snakemake.input.flights
    for file in tracked(map(read_flight, paths), len(paths), "trials"):
        simulator = flight_simulator(params, calibrations[file.location])
        ideal = Ideal.of(simulator, localizers, flights)
        parts.append(
            redrawn_errors(
                file,
                params.estimate_after_s,
                simulator,
                ideal,
                flights,
                seed=params.seed,
                redraws=params.redraws,
            )
        )
    write_frame(pd.concat(parts, ignore_index=True), snakemake.output[0], RedrawnTable)
