"""Make one synthetic trial with the field model."""

from rfsl.config.scenario import EmbeddedSettings, LegSettings, ScenarioSettings
from rfsl.config.localizers import FlightSettings
from rfsl.simulation.field_model import embedded_flight
from rfsl.workflow.plan.trials_table import Trial
from rfsl.geometry.frames import LocalFrame
from rfsl.workflow.jobs import job
from rfsl.io.tables import FlightFile, read_trajectory, write_flight

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
