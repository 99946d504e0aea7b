"""Write results/pages/replay_{trial}.html: the estimates at successive times of a flight."""

from rfsl.config.flights import FlightSettings
from rfsl.config.localizers import LocalizerSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.flights.files import read_flight
from rfsl.localizers.build import FittedFiles, build_localizers
from rfsl.pages.page import write_page
from rfsl.pages.replay import replay
from rfsl.pages.replay_map import replay_page
from rfsl.workflow.jobs import job

with job(snakemake):
    params = snakemake.params
    scenario = ScenarioSettings(**params.scenario)
    flights = FlightSettings(**params.flights)
    item = read_flight(snakemake.input.flight)
    localizers = build_localizers(
        params.mode,
        FittedFiles.of(params.fitted),
        scenario,
        LocalizerSettings(**params.localizers),
        flights,
    )
    moments = replay(item, next(iter(localizers.values())), params.times_s, flights)
    page = replay_page(item, moments, params.described, scenario, flights)
    write_page(page, snakemake.output[0])
