"""Draw legs.pdf: the residual of two-ray against body azimuth, with the landing legs marked."""

from rfsl.config.propagation import LegSettings
from rfsl.evaluation.tables.leg_residual import leg_residual
from rfsl.evaluation.tables.propagation import read_propagation_errors
from rfsl.figures.look import Look
from rfsl.figures.propagation import leg_residuals
from rfsl.figures.style import save_figure
from rfsl.propagation.calibration_file import read_calibration
from rfsl.workflow.jobs import job

with job(snakemake):
    trials = snakemake.params.trials
    errors = read_propagation_errors(dict(zip(trials, snakemake.input.errors, strict=True)), trials)
    calibrations = [read_calibration(path) for path in snakemake.input.calibrations]
    legs = LegSettings(**snakemake.params.legs)
    figure = leg_residuals(
        leg_residual(errors, legs),
        legs,
        {calibration.fold: calibration.legs.interval_db for calibration in calibrations},
        [trial["kind"] for trial in trials.values()],
        Look(**snakemake.params.look),
    )
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
