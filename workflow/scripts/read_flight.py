"""Write results/flights/{trial}.parquet for a flight that is read from a log."""

from rfsl.config.flights import FlightSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.flights.files import FlightFile, write_flight
from rfsl.flights.readers.logs import read_log
from rfsl.flights.trial import Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.workflow.jobs import job

with job(snakemake) as log:
    scenario = ScenarioSettings(**snakemake.params.scenario)
    trial = Trial(**snakemake.params.trial)
    frame = LocalFrame.of(scenario)
    flight = read_log(snakemake.input[0], frame, FlightSettings(**snakemake.params.flights))
    log.info("%d samples; %s", len(flight), "; ".join(flight.notes) or "nothing dropped")
    write_flight(FlightFile.of(trial, flight, frame), snakemake.output[0], frame)
