"""Read one flight log."""

from rfsl.config import FlightSettings, ScenarioSettings
from rfsl.flights import Trial
from rfsl.flights.logs import read_log
from rfsl.frames import LocalFrame
from rfsl.jobs import job
from rfsl.tables import FlightFile, write_flight

with job(snakemake) as log:
    scenario = ScenarioSettings(**snakemake.params.scenario)
    trial = Trial(**snakemake.params.trial)
    frame = LocalFrame.of(scenario)
    flight = read_log(snakemake.input[0], frame, FlightSettings(**snakemake.params.flights))
    log.info("%d samples; %s", len(flight), "; ".join(flight.notes) or "nothing dropped")
    write_flight(FlightFile.of(trial, flight, frame), snakemake.output[0], frame)
