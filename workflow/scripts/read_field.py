"""Write results/fields/flights/{field}/{trial}.parquet; a log without a flight has no samples."""

from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.errors import FlightError
from rfsl.evaluation.fields import no_flight
from rfsl.flights.files import FlightFile, write_flight
from rfsl.flights.readers.logs import read_log
from rfsl.flights.trial import Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    params = snakemake.params
    frame = LocalFrame.of(ScenarioSettings(**params.scenario))
    settings = FlightSettings(**params.flights)
    try:
        flight = read_log(snakemake.input.log, frame, settings, params.positions)
    except FlightError as error:
        log.warning("%s", error)
        flight = no_flight(error)
    write_flight(FlightFile.of(Trial(**params.row), flight, frame), snakemake.output[0], frame)
