"""Write results/calibration/{fold}.json: a calibration on flights over the other locations.

Fold `all` leaves no location out.
"""

from rfsl.calibration.calibrate import calibrate
from rfsl.calibration.links import CalibrationFlight
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.flights.files import read_flight
from rfsl.io.records import write_json
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    files = [read_flight(path) for path in snakemake.input.flights]
    files = [file for file in files if len(file.flight)]
    calibration = calibrate(
        snakemake.wildcards.fold,
        [CalibrationFlight(f.trial, f.flight, f.source_m[:2], f.kind) for f in files],
        ScenarioSettings(**params.scenario),
        PropagationSettings(**params.propagation),
        CalibrationSettings(**params.calibration),
        FlightSettings(**params.flights),
        params.seed,
    )
    if calibration.legs.fitted_beta < 0:
        log.info("fitted β is %.3f: no loss is simulated", calibration.legs.fitted_beta)
    write_json(calibration.model_dump(), snakemake.output[0])
