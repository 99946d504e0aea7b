"""Write results/evaluation/{mode}.parquet for a network mode: its scores on every trial."""

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
    trajectory = read_trajectory(snakemake.input.trajectory)
    representation = representation_settings(snakemake.params.settings)
    flights = FlightSettings(**snakemake.params.flights)
    files = {file.trial: file for file in map(read_flight, snakemake.input.flights)}
    rows = []
    for network in snakemake.params.networks:
        candidate = network_candidate(
            network["folder"], representation, trajectory, network["after_s"], flights
        )
        rows += [evaluate_trial(files[name], candidate, flights) for name in network["trials"]]
    write_frame(pd.concat(rows, ignore_index=True), snakemake.output[0], EvaluationTable)
