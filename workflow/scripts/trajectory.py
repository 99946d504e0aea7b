"""Write the trajectory that is simulated."""

from rfsl.config.scenario import ScenarioSettings, SpiralSettings
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.workflow.jobs import job
from rfsl.io.tables import write_trajectory
from rfsl.geometry.trajectories import spiral

with job(snakemake):
    scenario = ScenarioSettings(**snakemake.params.scenario)
    frame = LocalFrame.of(scenario)
    areas = (Box.of(scenario.flight_area, frame), Box.of(scenario.source_area, frame))
    write_trajectory(spiral(SpiralSettings(**snakemake.params.spiral), *areas), snakemake.output[0])
