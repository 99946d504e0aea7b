"""Write results/propagation/{trial}.parquet: errors of each propagation model in a flight's RSS."""

from rfsl.config.flights import FlightSettings
from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.evaluation.propagation import propagation_errors
from rfsl.flights.files import read_flight
from rfsl.io.schemas import PropagationErrorTable
from rfsl.io.tables import write_frame
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.models import MODELS
from rfsl.workflow.jobs import job

with job(snakemake):
    scenario = ScenarioSettings(**snakemake.params.scenario)
    calibration = read_calibration(snakemake.input.calibration)
    models = {
        name: MODELS[name].build(scenario, PropagationSettings(**settings), calibration)
        for name, settings in snakemake.params.models.items()
    }
    errors = propagation_errors(
        read_flight(snakemake.input.flight),
        models,
        scenario.source_height_m,
        FlightSettings(**snakemake.params.flights),
    )
    write_frame(errors, snakemake.output[0], PropagationErrorTable)
