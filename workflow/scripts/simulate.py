"""Write results/simulation/.../{shard}.arrow: simulated RSS of a shard of sources."""

from rfsl.config.propagation import PropagationSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import ReceiverSettings
from rfsl.geometry.files import read_trajectory
from rfsl.geometry.frames import Box, LocalFrame
from rfsl.io.progress import tracked
from rfsl.propagation.calibration_file import read_calibration
from rfsl.propagation.models import MODELS
from rfsl.simulation.files import write_simulation
from rfsl.simulation.receiver import build_receiver
from rfsl.simulation.sources import Simulator, source_positions_m
from rfsl.workflow.jobs import job

with job(snakemake):
    params, wildcards = snakemake.params, snakemake.wildcards
    scenario = ScenarioSettings(**params.scenario)
    settings = PropagationSettings(**params.simulation["propagation"])
    calibration = read_calibration(snakemake.input.calibration or None)
    simulator = Simulator(
        MODELS[wildcards.propagation].build(scenario, settings, calibration),
        build_receiver(ReceiverSettings(**params.simulation["receiver"]), calibration),
        read_trajectory(snakemake.input.trajectory),
        params.simulation["attitude_range_deg"],
    )
    indices = range(params.first, params.stop)
    area = Box.of(scenario.source_area, LocalFrame.of(scenario))
    sources_m = source_positions_m(
        params.seed, wildcards.split, indices, area, scenario.source_height_m
    )
    received = simulator.received(sources_m, indices, wildcards.split, params.seed)
    received = tracked(received, len(indices), "sources")
    write_simulation(sources_m[:, :2], received, snakemake.output[0])
