"""Write results/tables/calibration.tsv: one row for each location that a calibration left out."""

from rfsl.evaluation.tables.calibration import calibration_rows
from rfsl.io.tables import write_tsv
from rfsl.propagation.calibration_file import read_calibration
from rfsl.workflow.jobs import job

with job(snakemake):
    calibrations = [read_calibration(path) for path in snakemake.input.calibrations]
    write_tsv(calibration_rows(calibrations), snakemake.output.table)
