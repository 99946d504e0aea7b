"""Train one set network on flights drawn from a calibration."""

from pathlib import Path

from rfsl.config.networks import SetNetworkSettings
from rfsl.config.scenario import ScenarioSettings
from rfsl.config.simulation import FlightSimulationSettings
from rfsl.networks.checkpoints import checkpoint_of
from rfsl.networks.set_network.training import save_set_network, train_set_network
from rfsl.propagation.calibration_file import read_calibration
from rfsl.simulation.flights import FlightSimulator
from rfsl.workflow.jobs import job

with job(snakemake), checkpoint_of(snakemake) as checkpoint:
    params = snakemake.params
    simulator = FlightSimulator.of(
        read_calibration(snakemake.input.calibration),
        ScenarioSettings(**params.scenario),
        FlightSimulationSettings(**params.flight_simulation),
        cell_m=params.cell_m,
        position_std_m=params.position_std_m,
    )
    network, summary = train_set_network(
        simulator,
        SetNetworkSettings(**params.training),
        base_seed=params.seed,
        seed=int(snakemake.wildcards.seed),
        checkpoint=checkpoint,
    )
    weights, record = Path(snakemake.output.weights), Path(snakemake.output.summary)
    save_set_network(network, summary, weights, record)
