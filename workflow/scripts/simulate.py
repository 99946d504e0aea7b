"""Simulate the RSS of one shard of sources."""

from pathlib import Path

from rfsl.calibration import Calibration
from rfsl.config import PropagationSettings, ScenarioSettings
from rfsl.frames import Box, LocalFrame
from rfsl.jobs import job
from rfsl.propagation import build_propagation, needs_attitude
from rfsl.simulation import simulate_rss_dbm, source_positions_m
from rfsl.tables import read_trajectory, write_simulation

with job(snakemake):
    params, wildcards = snakemake.params, snakemake.wildcards
    scenario = ScenarioSettings(**params.scenario)
    settings = PropagationSettings(**params.propagation)
    beta = None
    if snakemake.input.calibration:
        beta = Calibration.model_validate_json(Path(snakemake.input.calibration).read_text()).beta
    indices = range(params.first, params.stop)
    area = Box.of(scenario.source_area, LocalFrame.of(scenario))
    sources_m = source_positions_m(
        params.seed, wildcards.split, indices, area, scenario.source_height_m
    )
    rss_dbm = simulate_rss_dbm(
        build_propagation(wildcards.propagation, scenario, settings, beta),
        read_trajectory(snakemake.input.trajectory),
        sources_m,
        indices,
        split=wildcards.split,
        seed=params.seed,
        settings=settings,
        with_attitude=needs_attitude(wildcards.propagation),
    )
    write_simulation(sources_m[:, :2], rss_dbm, snakemake.output[0])
