"""Calibrate the leg-shadowing loss without the fold's location."""

from rfsl.calibration import CalibrationFlight, calibrate
from rfsl.config import FlightSettings, PropagationSettings, ScenarioSettings
from rfsl.jobs import job
from rfsl.tables import read_flight, write_json

with job(snakemake) as log:
    files = [read_flight(path) for path in snakemake.input.flights]
    calibration = calibrate(
        snakemake.wildcards.fold,
        [CalibrationFlight(file.trial, file.flight, file.source_m[:2]) for file in files],
        ScenarioSettings(**snakemake.params.scenario),
        PropagationSettings(**snakemake.params.propagation),
        FlightSettings(**snakemake.params.flights),
    )
    if calibration.fitted_beta < 0:
        log.warning("fitted β is %.3f: no loss is simulated", calibration.fitted_beta)
    write_json(calibration.model_dump(), snakemake.output[0])
