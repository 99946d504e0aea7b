"""Training of RealAdaptRNet beside the loop that one writes first from the paper.

That loop takes torch's own layers as the paper names them, sources one at a time, and reads the
loss at each step. Of the clustered network it takes two: its last sequence has one element, and a
batch norm needs two values.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from ratios import Row, Timed
from support.trainings import as_torchs
from torch import Tensor, nn

from rfsl.networks.realadaptrnet.network import RealAdaptRNet, count_flops
from rfsl.networks.realadaptrnet.training import training_epoch

#: Rows and columns of the matrices whose product is the bound, and how many products a round takes.
MATRIX, PRODUCTS = 768, 20


class PlainBlock(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, kernels: tuple[int, int]) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(channels_in, channels_out, kernels[0], padding="same"),
            nn.BatchNorm1d(channels_out),
            nn.ReLU(),
            nn.Conv1d(channels_out, channels_out, kernels[1], padding="same"),
            nn.BatchNorm1d(channels_out),
        )
        self.skip = nn.Conv1d(channels_in, channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.body(x) + self.skip(x))


def plain_network(model: RealAdaptRNet) -> nn.Sequential:
    """The same network of torch's layers, with the same weights."""
    flat = model.perceptron[0].in_features
    plain = nn.Sequential(
        nn.Unflatten(1, (1, -1)),
        nn.Conv1d(1, 48, 7, stride=2),
        nn.BatchNorm1d(48),
        nn.ReLU(),
        nn.AvgPool1d(2),
        PlainBlock(48, 64, (3, 1)),
        nn.AvgPool1d(4, stride=2),
        PlainBlock(64, 128, (1, 3)),
        nn.AvgPool1d(3),
        PlainBlock(128, 128, (1, 3)),
        nn.Flatten(),
        nn.Linear(flat, 128),
        nn.ReLU(),
        nn.Linear(128, 64),
        nn.ReLU(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 2),
    )
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), plain.parameters(), strict=True):
            theirs.copy_(as_torchs(ours, theirs.shape[2]) if theirs.ndim == 3 else ours)
        # Ours flattens a sequence element by element, torch's channel by channel.
        by_element = model.perceptron[0].weight.view(128, -1, 128)
        plain[11].weight.copy_(by_element.transpose(1, 2).reshape(128, -1))
    return plain


def plain_loop(
    plain: nn.Module, features: Tensor, positions: Tensor, steps: int, size: int
) -> Callable[[], float]:
    optimizer = torch.optim.AdamW(plain.parameters())

    def run() -> float:
        total = 0.0
        for step in range(steps):
            rows = slice(step * size, (step + 1) * size)
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(plain(features[rows]), positions[rows])
            torch.autograd.backward(loss)
            optimizer.step()
            total += loss.item()
        return total / steps

    return run


@pytest.mark.parametrize(
    ("name", "inputs", "batch", "steps", "plain_size", "plain_steps"),
    [("clustered", 60, 96, 11, 2, 64), ("normalized", 10_000, 96, 1, 1, 4)],
)
def test_training_of_realadaptrnet(
    name: str,
    inputs: int,
    batch: int,
    steps: int,
    plain_size: int,
    plain_steps: int,
    ratio_row: Callable[..., Row],
) -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)  # as the rule has it
    zeros, ones = np.zeros(inputs, np.float32), np.ones(inputs, np.float32)
    model = RealAdaptRNet(zeros, ones, (0.0, 0.0), (1.0, 1.0))
    plain = plain_network(model)
    features, positions = torch.randn(batch * steps, inputs), torch.randn(batch * steps, 2)

    # The same loss, gradients and estimates, in float64.
    exact, known = features[:4].double(), positions[:4].double()
    model.double(), plain.double()
    losses = [nn.functional.mse_loss(network(exact), known) for network in (model, plain)]
    torch.testing.assert_close(*losses)
    (ours,) = torch.autograd.grad(losses[0], model.convolutions[0].convolution.weight)
    (theirs,) = torch.autograd.grad(losses[1], plain[1].weight)
    torch.testing.assert_close(ours, theirs[:, 0])
    torch.testing.assert_close(model.eval()(exact), plain.eval()(exact))
    model.float(), plain.float().train()

    optimizer = torch.optim.AdamW(model.parameters(), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=10**6)
    batches = list(np.arange(batch * steps).reshape(steps, batch))
    matrix = torch.randn(MATRIX, MATRIX)
    # Forward pass, gradient of the weights, gradient of the inputs: three products of a layer.
    of_one_source = 3 * count_flops(model)
    ratio_row(
        Timed(
            f"RealAdaptRNet training, {name}, batch of {batch}",
            lambda: training_epoch(model, optimizer, schedule, features, positions, batches),
            batch * steps,
            time.process_time,
        ),
        Timed(
            f"torch's layers, {plain_size} a step",
            plain_loop(plain, features, positions, plain_steps, plain_size),
            plain_size * plain_steps,
            time.process_time,
        ),
        Timed(
            "the multiply-adds at the rate of one large matrix product",
            lambda: [matrix @ matrix for _ in range(PRODUCTS)],
            PRODUCTS * 2 * MATRIX**3 / of_one_source,
            time.process_time,
        ),
        unit="sources/s",
        to_reach="20 times the reference",
        rounds=5,
    )
