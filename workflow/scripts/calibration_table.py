"""Put the calibrations into one table, a row per held-out location."""

from rfsl.propagation.calibration_file import read_calibration
from rfsl.evaluation.tables.error_summary import calibration_rows
from rfsl.workflow.jobs import job
from rfsl.io.tables import write_tsv

with job(snakemake):
    calibrations = [read_calibration(path) for path in snakemake.input.calibrations]
    write_tsv(calibration_rows(calibrations), snakemake.output.table)
