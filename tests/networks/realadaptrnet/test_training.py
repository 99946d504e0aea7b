"""The network and its training: published sizes, learning, determinism, round trips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from support.trainings import SCALING, sources

from rfsl.config.networks import TrainingSettings
from rfsl.errors import ConfigError, DataError
from rfsl.evaluation.tables.complexity import complexity_table
from rfsl.networks.checkpoints import Checkpoint
from rfsl.networks.realadaptrnet.network import RealAdaptRNet, count_flops
from rfsl.networks.realadaptrnet.training import (
    Trained,
    load_model,
    locate,
    mean_error_m,
    save_trained,
    train,
)
from rfsl.networks.torch_support import CPU, count_parameters, training_device

SETTINGS = TrainingSettings(epochs=25, batch_size=16)


def network(inputs: int) -> RealAdaptRNet:
    zeros, ones = np.zeros(inputs, np.float32), np.ones(inputs, np.float32)
    return RealAdaptRNet(zeros, ones, (0.0, 0.0), (1.0, 1.0))


@pytest.mark.parametrize(
    ("inputs", "parameters", "flops"), [(60, 0.2e6, 1.3e6), (10_000, 6.7e6, 331.98e6)]
)
def test_published_sizes(inputs: int, parameters: float, flops: float) -> None:
    """Within 5 % of the paper's numbers for both variants."""
    model = network(inputs)
    assert count_parameters(model) == pytest.approx(parameters, rel=0.05)
    assert count_flops(model) == pytest.approx(flops, rel=0.05)


def test_flops_of_one_convolution_by_hand() -> None:
    """2 x multiply-adds: the first layer has 27 outputs x 48 filters x 7 taps."""
    model = network(60)
    model.convolutions = torch.nn.Sequential(model.convolutions[0])
    model.perceptron = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(27 * 48, 2))
    assert count_flops(model) == 2 * (27 * 48 * 7 + 27 * 48 * 2)


def test_too_few_inputs() -> None:
    network(37)
    with pytest.raises(ValueError, match="needs 37 inputs or more, found 36"):
        network(36)


def run(
    seed: int = 0, settings: TrainingSettings = SETTINGS, checkpoint: Checkpoint | None = None
) -> Trained:
    return train(
        sources(300, 1),
        sources(80, 2),
        sources(80, 3),
        SCALING,
        settings,
        base_seed=7,
        mode="mine",
        seed=seed,
        checkpoint=checkpoint,
    )


@pytest.fixture(scope="module")
def trained() -> Trained:
    return run()


def test_learns(trained: Trained) -> None:
    untrained_error_m = np.linalg.norm(sources(80, 3).source_xy_m, axis=1).mean()
    assert trained.summary.test_error_m < untrained_error_m / 4
    best = min(trained.history, key=lambda epoch: epoch.validation_error_m)
    assert trained.summary.best_epoch == best.epoch
    assert trained.summary.validation_error_m == best.validation_error_m
    assert mean_error_m(trained.model, sources(80, 2)) == pytest.approx(best.validation_error_m)


def test_same_seed_same_weights(trained: Trained) -> None:
    state = torch.get_rng_state()
    again = run().model.state_dict()
    assert torch.equal(state, torch.get_rng_state()), "training left torch's global state changed"
    for name, value in trained.model.state_dict().items():
        assert torch.equal(value, again[name]), name
    other = run(seed=1).model.state_dict()
    assert not torch.equal(other["perceptron.0.weight"], again["perceptron.0.weight"])


def test_step_size_rises_and_falls_once(trained: Trained) -> None:
    rates = np.array([epoch.learning_rate for epoch in trained.history])
    highest = int(rates.argmax())
    assert 0 < highest < rates.size - 1
    assert rates[highest] == pytest.approx(SETTINGS.learning_rate, rel=0.05)
    assert (np.diff(rates[: highest + 1]) > 0).all()
    assert (np.diff(rates[highest:]) < 0).all()
    assert rates[-1] < SETTINGS.learning_rate / 1000


def test_divergence_is_an_error() -> None:
    settings = TrainingSettings(epochs=30, batch_size=16, learning_rate=1e20)
    with pytest.raises(DataError, match=r"lower training\.learning_rate"):
        run(settings=settings)


def test_round_trip(trained: Trained, tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    save_trained(trained, weights, tmp_path / "history.csv", tmp_path / "summary.json")
    model = load_model(weights)
    features = sources(5, 9).features
    np.testing.assert_array_equal(locate(model, features), locate(trained.model, features))
    lines = (tmp_path / "history.csv").read_text().splitlines()
    assert len(lines) == 1 + trained.summary.epochs
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(DataError, match="not the weights of a RealAdaptRNet"):
        load_model(weights)


def test_estimates_do_not_depend_on_the_batch(trained: Trained) -> None:
    features = sources(600, 4).features
    together = locate(trained.model, features)
    alone = np.concatenate([locate(trained.model, row[None]) for row in features[:20]])
    np.testing.assert_allclose(together[:20], alone, atol=1e-3)


def test_complexity_table() -> None:
    table = complexity_table().set_index("variant")
    for variant in ("clustered", "normalized"):
        row = table.loc[variant]
        assert row["parameters"] == pytest.approx(row["published_parameters"], rel=0.05)
        assert row["flops"] == pytest.approx(row["published_flops"], rel=0.05)
        assert 0 < row["cpu_latency_s"] < 5
    assert table.loc["ratio", "published_parameters"] == pytest.approx(33.5)
    assert table.loc["ratio", "published_flops"] == pytest.approx(255, abs=1)


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match=r"compute\.device: found gpu.* Set it to auto or cpu"):
        training_device("gpu")
    assert training_device("auto") == training_device("cpu") == CPU
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "a GPU")
    assert training_device("gpu") == training_device("auto") == torch.device("cuda")
    assert training_device("cpu") == CPU
