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
        padding = kernel // 2 if same else 0
        self.convolution = nn.Conv1d(channels_in, channels_out, kernel, stride, padding)
        self.norm = nn.BatchNorm1d(channels_out)
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        convolution, norm = self.convolution, self.norm
        weight, bias = convolution.weight, convolution.bias
        stride, padding = convolution.stride[0], int(convolution.padding[0])
        if norm.training:
            made: Tensor = _NormedConvolution.apply(  # type: ignore[no-untyped-call]
                x, weight, bias, norm.weight, norm.bias, norm, stride, padding, self.relu
            )
            return made
        windows = _windows(x, weight.shape[2], stride, padding)
        out = _convolved(windows, weight, bias)
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
        pooled: Tensor = _MeanPool.apply(x, self.kernel, self.stride)  # type: ignore[no-untyped-call]
        return pooled


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
        stride: int,
        padding: int,
        relu: bool,
    ) -> Tensor:
        windows = _windows(x, weight.shape[2], stride, padding)
        convolved = _convolved(windows, weight, bias)
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
        ctx.shape, ctx.stride, ctx.padding, ctx.relu, ctx.eps = (
            x.shape,
            stride,
            padding,
            relu,
            norm.eps,
        )
        return out.view(len(x), -1, len(weight))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        windows, weight, gain, convolved, mean, inverse_std, out = ctx.saved_tensors
        gradient = gradient.reshape(out.shape)
        if ctx.relu:
            gradient = _aten.threshold_backward(gradient, out, 0.0)
        gradient, d_gain, d_offset = _aten.native_batch_norm_backward(
            gradient, convolved, gain, None, None, mean, inverse_std, True, ctx.eps, (True,) * 3
        )
        channels_out, channels_in, kernel = weight.shape
        d_weight = (gradient.T @ windows).view(channels_out, kernel, channels_in).transpose(1, 2)
        d_x = None
        if ctx.needs_input_grad[0]:
            d_windows = gradient @ _matrix(weight)
            d_x = _gathered(d_windows, ctx.shape, kernel, ctx.stride, ctx.padding)
        # The norm takes the mean out, so the bias changes nothing in training.
        return d_x, d_weight, None, d_gain, d_offset, None, None, None, None


class _MeanPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, kernel: int, stride: int) -> Tensor:
        ctx.shape, ctx.kernel, ctx.stride = x.shape, kernel, stride
        first, *others = _slices(x, kernel, stride)
        total = first.clone(memory_format=torch.contiguous_format)
        for part in others:
            total += part
        return total.div_(kernel)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        share = gradient / ctx.kernel
        d_x = share.new_zeros(ctx.shape)
        for part in _slices(d_x, ctx.kernel, ctx.stride):
            part += share
        return d_x, None, None


def _slices(x: Tensor, kernel: int, stride: int) -> list[Tensor]:
    """Views (B, L', C) of a sequence: the first sample of every window, the second, and so on."""
    windows = (x.shape[1] - kernel) // stride + 1
    return [x[:, tap : tap + stride * (windows - 1) + 1 : stride] for tap in range(kernel)]


def _windows(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """Windows (B L', kernel C) of a sequence, padded with zeros."""
    batch, _, channels = x.shape
    if kernel == 1 and stride == 1:
        return x.reshape(-1, channels)
    x = nn.functional.pad(x, (0, 0, padding, padding)) if padding else x.contiguous()
    windows = (x.shape[1] - kernel) // stride + 1
    shape = (batch, windows, kernel * channels)
    return x.as_strided(shape, (x.stride(0), stride * channels, 1)).reshape(-1, shape[2])


def _gathered(
    d_windows: Tensor, shape: torch.Size, kernel: int, stride: int, padding: int
) -> Tensor:
    """Gradient of a sequence from that of its windows."""
    if kernel == 1 and stride == 1:
        return d_windows.view(shape)
    length, channels = shape[1:]
    d_x = d_windows.new_zeros(shape[0], length + 2 * padding, channels)
    parts = d_windows.view(shape[0], -1, kernel, channels).unbind(2)
    for place, part in zip(_slices(d_x, kernel, stride), parts, strict=True):
        place += part
    return d_x[:, padding : padding + length]


def _matrix(weight: Tensor) -> Tensor:
    """Weights (C', C, kernel) of a convolution for its windows: (C', kernel C)."""
    return weight.transpose(1, 2).reshape(len(weight), -1)


def _convolved(windows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return nn.functional.linear(windows, _matrix(weight), bias)
