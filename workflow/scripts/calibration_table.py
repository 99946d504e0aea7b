"""Put the calibrations into one table, a row per held-out location."""

from rfsl.calibrated import read_calibration
from rfsl.evaluation.summary import calibration_rows
from rfsl.jobs import job
from rfsl.tables import write_tsv

with job(snakemake):
    calibrations = [read_calibration(path) for path in snakemake.input.calibrations]
    write_tsv(calibration_rows(calibrations), snakemake.output.table)
