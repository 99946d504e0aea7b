"""Write results/trajectory.parquet: the spiral along which RSS is simulated."""

from rfsl.config.scenario import ScenarioSettings, SpiralSettings
from rfsl.geometry.files import write_trajectory
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.geometry.trajectories import spiral
from rfsl.workflow.jobs import job

with job(snakemake):
    scenario = ScenarioSettings(**snakemake.params.scenario)
    frame = LocalFrame.of(scenario)
    areas = (Box.of(scenario.flight_area, frame), Box.of(scenario.source_area, frame))
    write_trajectory(spiral(SpiralSettings(**snakemake.params.spiral), *areas), snakemake.output[0])
