"""Write results/evaluation/bounds.parquet: the Cramér-Rao bound of every scored trial and time.

Each trial uses the calibration that left its location out.
"""

import pandas as pd

from rfsl.config.flights import FlightSettings
from rfsl.evaluation.cramer_rao import bounds_of
from rfsl.flights.files import read_flight
from rfsl.io.schemas import BoundTable
from rfsl.io.tables import write_frame
from rfsl.propagation.calibration_file import read_calibration
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    calibrations = dict(zip(params.folds, snakemake.input.calibrations, strict=True))
    parts = [
        bounds_of(
            file,
            params.estimate_after_s,
            read_calibration(calibrations[file.location]),
            params.source_height_m,
            params.cell_m,
            FlightSettings(**params.flights),
        )
        for file in map(read_flight, snakemake.input.flights)
    ]
    write_frame(pd.concat(parts, ignore_index=True), snakemake.output[0], BoundTable)
