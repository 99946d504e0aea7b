"""The set network, its training, and how its score is combined with kriging's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.flights import FIELD
from support.trainings import few_flights, scoring, set_network

from rfsl.config.config import Config
from rfsl.config.flights import FlightSettings
from rfsl.config.networks import SetNetworkSettings
from rfsl.errors import DataError
from rfsl.flights.cells import FlightCells
from rfsl.io.records import write_json
from rfsl.localizers.methods import LOCALIZERS
from rfsl.localizers.methods.combined import read_pool
from rfsl.localizers.pool import ScoredFlight, fit_weights
from rfsl.localizers.pool_fitting import fit_pool
from rfsl.localizers.scored_grid import ScoredGrid
from rfsl.localizers.spec import Surroundings
from rfsl.networks.set_network.formula import _relative
from rfsl.networks.set_network.network import (
    _TORCH,
    SetNetwork,
    constants_of,
    input_tensors,
    padded,
)
from rfsl.networks.set_network.score import ScoringNetwork, SetInput
from rfsl.networks.set_network.training import save_set_network, set_input, train_set_network
from rfsl.propagation.models.calibrated import Calibrated

CONFIG = Config()
SETTINGS = SetNetworkSettings(epochs=2, width=8)


def scores(cells: FlightCells, xy_m: np.ndarray) -> np.ndarray:
    return scoring(set_network())(SetInput.of(cells), xy_m)


def test_level_does_not_matter() -> None:
    cells = few_flights().draw(1, "train", 0).cells
    xy_m = few_flights().source_area.grid(60.0)
    louder = FlightCells(**{**vars(cells), "rss_db": cells.rss_db + 40.0})
    np.testing.assert_allclose(scores(louder, xy_m), scores(cells, xy_m), atol=2e-3)


def test_padding_and_silence_do_not_matter() -> None:
    """A flight scores alike alone, in NumPy, and in a batch with a longer one, in torch."""
    flights = [SetInput.of(few_flights().draw(1, "train", item).cells) for item in range(4)]
    xy_m = torch.tensor(few_flights().source_area.grid(90.0), dtype=torch.float32)
    batch = [*padded([f.held for f in flights]), *padded([f.quiet for f in flights])]
    with torch.no_grad():
        together = set_network()(*batch, xy_m.expand(4, -1, -1)).numpy()
    for flight, row in zip(flights, together, strict=True):
        alone = scoring(set_network())(flight, xy_m.double().numpy())
        np.testing.assert_allclose(row, alone, rtol=1e-3, atol=5e-3)


@settings(max_examples=25, deadline=None)
@given(
    item=st.integers(0, 10_000),
    width=st.sampled_from([2, 8, 32]),
    seed=st.integers(0, 100),
    quiet=st.booleans(),
)
def test_scores_are_those_of_the_network_that_is_trained(
    item: int, width: int, seed: int, quiet: bool
) -> None:
    """NumPy's forward pass against torch's on drawn flights, within what float32 resolves."""
    torch.manual_seed(seed)
    trained = SetNetwork(constants_of(FIELD, 5.0), width)
    flight = SetInput.of(few_flights().draw(1, "train", item).cells.merged(20.0))
    if not quiet:
        flight = SetInput(flight.held, flight.quiet[:0])
    rng = np.random.default_rng(seed)
    area = few_flights().source_area
    xy_m = rng.uniform([area.west_m, area.south_m], [area.east_m, area.north_m], (40, 2))
    with torch.no_grad():
        candidates = torch.from_numpy(xy_m).float()[None]
        expected = trained(*input_tensors([flight]), candidates)[0].numpy()
        # The same in float64 says how far float32 is off.
        exact_input = [value.double() for value in input_tensors([flight])]
        exact = trained.double()(*exact_input, torch.from_numpy(xy_m)[None])[0].numpy()
    trained.float()
    found = scoring(trained)(flight, xy_m)
    rounding = np.abs(expected - exact).max()
    np.testing.assert_allclose(found, exact, rtol=1e-5, atol=1e-3 + 4.0 * rounding)


def test_the_networks_geometry_is_the_propagation_models() -> None:
    """Expected power by torch, against the model that simulates."""
    flight = few_flights().draw(1, "train", 2)
    xy_m = few_flights().source_area.grid(70.0)
    held, _ = padded([SetInput.of(flight.cells).held])
    with torch.no_grad():
        network = set_network()
        xy = torch.tensor(xy_m, dtype=torch.float32)[None]
        found = _relative(_TORCH, dict(network.named_buffers()), held, xy)
    sources_m = np.column_stack([xy_m, np.full(len(xy_m), 5.0)])
    model = Calibrated(FIELD.profile)
    expected_db = model(flight.cells.position_m, flight.cells.attitude_rad, sources_m)
    near = np.abs(found.expected_db[0].numpy() - expected_db)
    # Right above the source the azimuth has no meaning, and the network smooths it.
    assert np.median(near) < 1e-3
    assert np.quantile(near, 0.98) < 0.2


def test_training_is_repeatable_and_learns(tmp_path: Path) -> None:
    settings = SetNetworkSettings(epochs=1, width=8)
    first, summary = train_set_network(few_flights(8), settings, base_seed=1, seed=0)
    again, _ = train_set_network(few_flights(8), settings, base_seed=1, seed=0)
    other, _ = train_set_network(few_flights(8), settings, base_seed=1, seed=1)
    for one, two, three in zip(
        first.parameters(), again.parameters(), other.parameters(), strict=True
    ):
        assert torch.equal(one, two)
        assert not torch.equal(one, three)
    assert summary.flights == 8
    save_set_network(first, summary, tmp_path / "w.safetensors", tmp_path / "s.json")
    flight = set_input(few_flights().draw(1, "test", 0), 20.0)
    xy_m = few_flights().source_area.grid(60.0)
    np.testing.assert_array_equal(
        ScoringNetwork.load(tmp_path / "w.safetensors")(flight, xy_m), scoring(first)(flight, xy_m)
    )
    # Among 12 candidates at each of three scales, guessing costs 3 log 12 = 7.45.
    _, taught = train_set_network(
        few_flights(150), SetNetworkSettings(epochs=2, width=8), base_seed=1, seed=0
    )
    assert taught.training_loss < 6.0
    with pytest.raises(DataError, match="not the weights of a set network"):
        ScoringNetwork.load(tmp_path / "s.json")


def test_weights_of_a_pool_are_the_right_ones() -> None:
    """Of two scores, one the log-likelihood and one noise, the first gets all the weight; and a
    score that is twice too sure gets half."""
    rng = np.random.default_rng(0)
    grid_m = np.linspace(-100.0, 100.0, 201)
    right, sure = [], []
    for _ in range(400):
        source_m = rng.uniform(-60.0, 60.0)
        seen_m = source_m + 10.0 * rng.standard_normal()
        likely = -0.5 * ((grid_m - seen_m) / 10.0) ** 2
        noise = rng.standard_normal(201)
        cell = int(np.argmin(np.abs(grid_m - source_m)))
        right.append(ScoredFlight(likely, noise, np.ones(201), cell))
        sure.append(ScoredFlight(2.0 * likely, noise, np.ones(201), cell))
    found = fit_weights(right)
    assert found.kriging == pytest.approx(1.0, abs=0.12)
    assert found.network < 0.1
    assert fit_weights(sure).kriging == pytest.approx(0.5, abs=0.06)


def test_combined_and_ensemble(tmp_path: Path) -> None:
    weights = []
    for seed in range(2):
        folder = tmp_path / f"seed{seed}"
        folder.mkdir()
        made, summary = train_set_network(few_flights(8), SETTINGS, base_seed=1, seed=seed)
        save_set_network(made, summary, folder / "model.safetensors", folder / "summary.json")
        weights.append(folder / "model.safetensors")
    pool = fit_pool(few_flights(), CONFIG.localizers, weights, 20.0, 1)
    assert sorted(pool.each) == [0, 1]
    write_json(pool.model_dump(mode="json"), tmp_path / "pool.json")
    assert read_pool(tmp_path / "pool.json") == pool
    flight = few_flights().draw(1, "test", 3)
    for name, files in (("set_network", 1), ("combined", 1), ("ensemble", 2)):
        made = LOCALIZERS[name].build(
            Surroundings(
                few_flights().source_area,
                5.0,
                CONFIG.localizers,
                FlightSettings(),
                Calibrated(FIELD.profile),
                FIELD,
                tuple(weights[:files]),
                tmp_path / "pool.json",
                20.0,
            )
        )
        assert isinstance(made, ScoredGrid)
        estimate = made.locate(flight.cells)
        assert estimate.posterior is not None
        assert estimate.posterior.probability.sum() == pytest.approx(1.0)
        assert 0.0 < estimate.expected_error_m < 200.0
    (tmp_path / "pool.json").write_text("{}")
    with pytest.raises(DataError, match=r"pool\.json: not a pool"):
        read_pool(tmp_path / "pool.json")


def test_merged_cells() -> None:
    cells = few_flights().draw(1, "train", 1).cells
    merged = cells.merged(20.0)
    assert np.diff(merged.travelled_m).min() >= 20.0
    assert len(merged.rss_db) <= len(cells.rss_db)
    pairs = cells.travelled_m // 20.0
    for place, rss_db in zip(merged.travelled_m // 20.0, merged.rss_db, strict=True):
        assert rss_db == pytest.approx(cells.rss_db[pairs == place].mean())
    same = cells.merged(10.0)
    np.testing.assert_allclose(same.rss_db, cells.rss_db)
    np.testing.assert_allclose(same.quiet_position_m, cells.quiet_position_m)
