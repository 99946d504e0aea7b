"""Make one synthetic trial with the field model."""

from rfsl.config import EmbeddedSettings, FlightSettings, LegSettings, ScenarioSettings
from rfsl.embedded import embedded_flight
from rfsl.flights import Trial
from rfsl.frames import LocalFrame
from rfsl.jobs import job
from rfsl.tables import FlightFile, read_trajectory, write_flight

with job(snakemake) as log:
    scenario = ScenarioSettings(**snakemake.params.scenario)
    trial = Trial(**snakemake.params.trial)
    frame = LocalFrame.of(scenario)
    flight = embedded_flight(
        trial.trial,
        read_trajectory(snakemake.input.trajectory),
        trial.source_position_m(frame),
        seed=snakemake.params.seed,
        scenario=scenario,
        field=EmbeddedSettings(**snakemake.params.embedded),
        legs=LegSettings(**snakemake.params.legs),
        flights=FlightSettings(**snakemake.params.flights),
    )
    log.info("%d samples; %s", len(flight), "; ".join(flight.notes) or "nothing dropped")
    write_flight(FlightFile.of(trial, flight, frame), snakemake.output[0], frame)
