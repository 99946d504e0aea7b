"""Compare the measured RSS of one flight with each propagation model."""

from rfsl.propagation.calibration_file import read_calibration
from rfsl.config.localizers import FlightSettings
from rfsl.config.scenario import PropagationSettings, ScenarioSettings
from rfsl.evaluation.propagation import propagation_errors
from rfsl.workflow.jobs import job
from rfsl.propagation.models import MODELS
from rfsl.io.schemas import PropagationErrorTable
from rfsl.io.tables import read_flight, write_frame

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
