"""Layers over sequences (B, L, C): convolutions as matrix products, each with its batch norm.

With few channels and short sequences torch's own layers spend most of their time beside the
arithmetic. Here channels lie next to each other in memory, a convolution is one matrix product
over windows, and convolution, norm and activation are one node of the graph.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_aten = torch.ops.aten


class NormedConvolution(nn.Module):
    """Convolution, batch norm and, if wanted, ReLU: (B, L, C) to (B, L', C').

    The weights (C', kernel C) act on windows of the sequence.

    Args:
        same: pad to L' = L; the kernel is odd then.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel: int,
        *,
        stride: int = 1,
        same: bool = True,
        relu: bool = True,
    ) -> None:
        super().__init__()
        self.convolution = nn.Linear(kernel * channels_in, channels_out)
        self.norm = nn.BatchNorm1d(channels_out)
        self.kernel, self.stride, self.relu = kernel, stride, relu
        self.padding = kernel // 2 if same else 0

    def forward(self, x: Tensor) -> Tensor:
        norm = self.norm
        weight, bias = self.convolution.weight, self.convolution.bias
        shape = self.kernel, self.stride, self.padding
        if norm.training:
            made: Tensor = _NormedConvolution.apply(  # type: ignore[no-untyped-call]
                x, weight, bias, norm.weight, norm.bias, norm, shape, self.relu
            )
            return made
        out = self.convolution(_windows(x, *shape))
        out = nn.functional.batch_norm(
            out, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps
        )
        return (out.relu_() if self.relu else out).view(len(x), -1, out.shape[1])


class MeanPool(nn.Module):
    """Means over windows of a sequence: (B, L, C) to (B, L', C); what is left over is dropped."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        # As an image of one row with its channels last, torch pools it where it lies.
        image = x.transpose(1, 2).unsqueeze(2)
        pooled = nn.functional.avg_pool2d(image, (1, self.kernel), (1, self.stride))
        return pooled.squeeze(2).transpose(1, 2)


class _NormedConvolution(torch.autograd.Function):
    """Training's side of `NormedConvolution`: norms with the statistics of the batch."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor,
        gain: Tensor,
        offset: Tensor,
        norm: nn.BatchNorm1d,
        shape: tuple[int, int, int],
        relu: bool,
    ) -> Tensor:
        windows = _windows(x, *shape)
        convolved = nn.functional.linear(windows, weight, bias)
        out, mean, inverse_std = _aten.native_batch_norm(
            convolved,
            gain,
            offset,
            norm.running_mean,
            norm.running_var,
            True,
            norm.momentum,
            norm.eps,
        )
        if relu:
            out.relu_()
        ctx.save_for_backward(windows, weight, gain, convolved, mean, inverse_std, out)
        ctx.length, ctx.shape, ctx.relu, ctx.eps = x.shape[1], shape, relu, norm.eps
        return out.view(len(x), -1, len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        windows, weight, gain, convolved, mean, inverse_std, out = ctx.saved_tensors
        batch = len(gradient)
        gradient = gradient.reshape(out.shape)
        if ctx.relu:
            gradient = _aten.threshold_backward(gradient, out, 0.0)
        gradient, d_gain, d_offset = _aten.native_batch_norm_backward(
            gradient, convolved, gain, None, None, mean, inverse_std, True, ctx.eps, (True,) * 3
        )
        d_x = None
        if ctx.needs_input_grad[0]:
            d_windows = (gradient @ weight).view(batch, -1, windows.shape[1])
            d_x = _gathered(d_windows, ctx.length, *ctx.shape)
        # The narrower factor first: a matrix product takes a third of the time.
        narrow = windows.shape[1] < gradient.shape[1]
        d_weight = (windows.T @ gradient).T if narrow else gradient.T @ windows
        # The norm takes the mean out, so the bias changes nothing in training.
        return d_x, d_weight, None, d_gain, d_offset, None, None, None


def _windows(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """Windows (B L', kernel C) of a sequence, padded with zeros."""
    batch, _, channels = x.shape
    if kernel == 1 and stride == 1:
        return x.reshape(-1, channels)
    x = nn.functional.pad(x, (0, 0, padding, padding)) if padding else x.contiguous()
    windows = (x.shape[1] - kernel) // stride + 1
    shape = (batch, windows, kernel * channels)
    return x.as_strided(shape, (x.stride(0), stride * channels, 1)).reshape(-1, shape[2])


def _gathered(d_windows: Tensor, length: int, kernel: int, stride: int, padding: int) -> Tensor:
    """Gradient (B, L, C) of a sequence from that of its windows (B, L', kernel C)."""
    if kernel == 1 and stride == 1:
        return d_windows
    batch, windows, size = d_windows.shape
    d_x = d_windows.new_zeros(batch, length + 2 * padding, size // kernel)
    for tap, part in enumerate(d_windows.view(batch, windows, kernel, -1).unbind(2)):
        d_x[:, tap : tap + stride * (windows - 1) + 1 : stride] += part
    return d_x[:, padding : padding + length]
