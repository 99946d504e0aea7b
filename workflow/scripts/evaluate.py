"""Write the scores of trained networks on the trials of a fold at one time."""

from itertools import product

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.evaluation.realadaptrnet import network_candidate
from rfsl.evaluation.trials import evaluate_trial
from rfsl.features.representations import representation_settings
from rfsl.flights.files import read_flight
from rfsl.geometry.files import read_trajectory
from rfsl.io.schemas import EvaluationTable
from rfsl.io.tables import write_frame
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    trajectory = read_trajectory(snakemake.input.trajectory)
    representation = representation_settings(params.settings)
    flights = FlightSettings(**params.flights)
    candidates = [
        network_candidate(folder, representation, trajectory, params.after_s, flights)
        for folder in params.networks
    ]
    files = [read_flight(path) for path in snakemake.input.flights]
    rows = [evaluate_trial(*pair, flights) for pair in product(files, candidates)]
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
