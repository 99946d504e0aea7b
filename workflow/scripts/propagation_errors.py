"""Compare the measured RSS of one flight with each propagation model."""

from rfsl.calibrated import read_calibration
from rfsl.config import FlightSettings, PropagationSettings, ScenarioSettings
from rfsl.evaluation.propagation import propagation_errors
from rfsl.jobs import job
from rfsl.propagation import MODELS
from rfsl.schemas import PropagationErrorTable
from rfsl.tables import read_flight, write_frame

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
