"""Write results/coarsening/{fold}.json: how far the likelihood of kriging is trusted."""

from rfsl.calibration.links import CalibrationFlight
from rfsl.config.calibration import CalibrationSettings
from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.flights.files import read_flight
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.records import write_json
from rfsl.localizers.coarsening_fitting import LocatedFlight, fit_coarsening
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    scenario = ScenarioSettings(**params.scenario)
    files = [read_flight(path) for path in snakemake.input.flights]
    coarsening = fit_coarsening(
        [
            LocatedFlight(CalibrationFlight(f.trial, f.flight, f.source_m[:2], f.kind), f.location)
            for f in files
        ],
        params.coarsening_times_s,
        Box.of(scenario.source_area, LocalFrame.of(scenario)),
        scenario.source_height_m,
        CalibrationSettings(**params.calibration),
        LocalizerSettings(**params.localizers),
        FlightSettings(**params.flights),
    )
    log.info("%s", coarsening)
    write_json(coarsening.model_dump(), snakemake.output[0])
