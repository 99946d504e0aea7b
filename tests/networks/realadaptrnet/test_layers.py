"""Layers over sequences against torch's own, values and gradients."""

from __future__ import annotations

import pytest
import torch
from support.trainings import as_torchs
from torch import Tensor, nn

from rfsl.networks.realadaptrnet.layers import MeanPool, NormedConvolution

LAYERS = [(3, 8, 1, 1, True, True), (3, 8, 3, 1, True, False), (2, 4, 7, 2, False, True)]


def pair(
    channels_in: int, channels_out: int, kernel: int, stride: int, same: bool, relu: bool
) -> tuple[NormedConvolution, nn.Sequential]:
    """A layer of ours and torch's with the same weights."""
    torch.manual_seed(kernel)
    ours = NormedConvolution(
        channels_in, channels_out, kernel, stride=stride, same=same, relu=relu
    ).double()
    nn.init.normal_(ours.norm.weight)
    nn.init.normal_(ours.norm.bias)
    theirs = nn.Sequential(
        nn.Conv1d(channels_in, channels_out, kernel, stride, kernel // 2 if same else 0),
        nn.BatchNorm1d(channels_out),
        nn.ReLU() if relu else nn.Identity(),
    ).double()
    theirs[0].weight.data.copy_(as_torchs(ours.convolution.weight.data, kernel))
    theirs[0].bias.data.copy_(ours.convolution.bias.data)
    theirs[1].load_state_dict(ours.norm.state_dict())
    return ours, theirs


def gradients(made: Tensor, *of: Tensor, keep: bool = False) -> tuple[Tensor, ...]:
    weights = torch.linspace(-1.0, 1.0, made.numel(), dtype=made.dtype).view_as(made)
    return torch.autograd.grad((made * weights).sum(), of, retain_graph=keep)


@pytest.mark.parametrize("shape", LAYERS)
@pytest.mark.parametrize("length", [7, 12])
def test_a_layer_is_torchs(shape: tuple[int, int, int, int, bool, bool], length: int) -> None:
    ours, theirs = pair(*shape)
    x = torch.randn(5, length, shape[0], dtype=torch.float64, requires_grad=True)
    mine, other = ours(x), theirs(x.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(mine, other)
    torch.testing.assert_close(ours.norm.running_mean, theirs[1].running_mean)
    torch.testing.assert_close(ours.norm.running_var, theirs[1].running_var)
    of_ours = [x, ours.convolution.weight, ours.norm.weight, ours.norm.bias]
    of_theirs = [x, theirs[0].weight, theirs[1].weight, theirs[1].bias]
    d_x, d_weight, *d_norm = gradients(mine, *of_ours)
    found = [d_x, as_torchs(d_weight, shape[2]), *d_norm]
    expected = gradients(other.contiguous(), *of_theirs, keep=True)
    torch.testing.assert_close(found, list(expected))
    # The bias has no gradient: the norm takes the mean out.
    (left,) = gradients(other.contiguous(), theirs[0].bias)
    assert left.abs().max() < 1e-12
    alone = ours.eval()(x), theirs.eval()(x.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(*alone)


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 3), (4, 2)])
def test_pool_is_torchs(kernel: int, stride: int) -> None:
    x = torch.randn(3, 13, 4, dtype=torch.float64, requires_grad=True)
    mine = MeanPool(kernel, stride)(x)
    other = nn.AvgPool1d(kernel, stride)(x.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(mine, other)
    torch.testing.assert_close(gradients(mine, x), gradients(other.contiguous(), x))
