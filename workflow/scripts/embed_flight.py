"""Write results/flights/{trial}.parquet for a synthetic trial, made with the field model."""

from rfsl.config.flights import FlightSettings
from rfsl.config.propagation import LegSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import EmbeddedSettings
from rfsl.flights.files import FlightFile, write_flight
from rfsl.flights.trial import Trial
from rfsl.geometry.files import read_trajectory
from rfsl.geometry.frames import LocalFrame
from rfsl.simulation.field_model import embedded_flight
from rfsl.workflow.jobs import job

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
