"""Score one mode on every trial."""

import pandas as pd

from rfsl.config import FlightSettings
from rfsl.evaluation.networks import ScoredNetwork, evaluate_trial
from rfsl.jobs import job
from rfsl.representations import representation_settings
from rfsl.tables import EvaluationTable, read_flight, read_trajectory, write_frame
from rfsl.training import load_model

with job(snakemake):
    trajectory = read_trajectory(snakemake.input.trajectory)
    parts = []
    for path in snakemake.input.flights:
        file = read_flight(path)
        networks = [
            ScoredNetwork(seed, load_model(weights))
            for seed, weights in enumerate(snakemake.params.weights[file.trial])
        ]
        parts.append(
            evaluate_trial(
                file,
                networks,
                trajectory,
                representation_settings(snakemake.params.settings),
                FlightSettings(**snakemake.params.flights),
            )
        )
    write_frame(pd.concat(parts, ignore_index=True), snakemake.output[0], EvaluationTable)
