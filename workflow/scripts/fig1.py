"""Draw Figure 1 (fig1.pdf): the areas, the simulated spiral, the flown tracks and the sources."""

from rfsl.config.scenario import ScenarioSettings
from rfsl.figures.look import Look
from rfsl.figures.scenario import scenario_map
from rfsl.figures.style import save_figure
from rfsl.flights.files import read_flight
from rfsl.geometry.files import read_trajectory
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    scenario = ScenarioSettings(**params.scenario)
    frame = LocalFrame.of(scenario)
    figure = scenario_map(
        Box.of(scenario.flight_area, frame),
        Box.of(scenario.source_area, frame),
        read_trajectory(snakemake.input.trajectory),
        [read_flight(path) for path in snakemake.input.flights],
        Look(**params.look),
        params.names,
    )
    save_figure(figure, snakemake.output.pdf, snakemake.output.png)
