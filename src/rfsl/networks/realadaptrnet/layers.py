"""Layers over sequences (B, L, C): convolutions as matrix products, each with its batch norm.

With few channels and short sequences torch's own layers spend most of their time on overhead, not
on arithmetic. Here the channels of an element are adjacent in memory, a convolution is one matrix
product over windows, and convolution, norm and activation are one node of the graph.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_aten = torch.ops.aten


class NormedConvolution(nn.Module):
    """Convolution, batch norm and, if wanted, ReLU: (B, L, C) to (B, L', C').

    y_l = ReLU(BN(W · [x_(ls), …, x_(ls + k − 1)] + b)) with weights W (C', k C), kernel k and
    stride s. L' = (L + 2p − k) // s + 1, where p zeros are put on each side: k // 2 if `same`,
    otherwise none.

    Args:
        channels_in, channels_out: C and C'.
        kernel: k; odd if `same`.
        stride: s.
        same: pad with zeros, so that L' = L at stride 1.
        relu: whether a ReLU follows the batch norm.

    See also:
        `MeanPool`, `rfsl.networks.realadaptrnet.network.ResidualBlock`.

    Example:
        (60 − 7) // 2 + 1 = 27 elements.

        >>> NormedConvolution(1, 48, 7, stride=2, same=False).eval()(torch.zeros(5, 60, 1)).shape
        torch.Size([5, 27, 48])
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
        """Sequences (B, L', C') from sequences (B, L, C)."""
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
    """Means over windows of a sequence: (B, L, C) to (B, L', C), with L' = (L − k) // s + 1.

    Elements after the last full window are dropped.

    Args:
        kernel: k.
        stride: s.

    Example:
        >>> sequence = torch.tensor([1.0, 3.0, 5.0, 7.0, 100.0]).view(1, 5, 1)
        >>> MeanPool(2, 2)(sequence).flatten().tolist()
        [2.0, 6.0]
    """

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        """Sequences (B, L', C) from sequences (B, L, C)."""
        # As an image of one row with channels last, torch pools it without a copy.
        image = x.transpose(1, 2).unsqueeze(2)
        pooled = nn.functional.avg_pool2d(image, (1, self.kernel), (1, self.stride))
        return pooled.squeeze(2).transpose(1, 2)


class _NormedConvolution(torch.autograd.Function):
    """`NormedConvolution` in training, where the norm uses the statistics of the batch."""

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
        # With the narrower factor first the matrix product takes a third of the time.
        narrow = windows.shape[1] < gradient.shape[1]
        d_weight = (windows.T @ gradient).T if narrow else gradient.T @ windows
        # The norm removes the mean, so the bias has no gradient in training.
        return d_x, d_weight, None, d_gain, d_offset, None, None, None


def _windows(x: Tensor, kernel: int, stride: int, padding: int) -> Tensor:
    """Windows (B L', kernel C) of a sequence (B, L, C), padded with zeros."""
    batch, _, channels = x.shape
    if kernel == 1 and stride == 1:
        return x.reshape(-1, channels)
    x = nn.functional.pad(x, (0, 0, padding, padding)) if padding else x.contiguous()
    windows = (x.shape[1] - kernel) // stride + 1
    shape = (batch, windows, kernel * channels)
    return x.as_strided(shape, (x.stride(0), stride * channels, 1)).reshape(-1, shape[2])


def _gathered(d_windows: Tensor, length: int, kernel: int, stride: int, padding: int) -> Tensor:
    """Gradient (B, L, C) of a sequence, from the gradient of its windows (B, L', kernel C)."""
    if kernel == 1 and stride == 1:
        return d_windows
    batch, windows, size = d_windows.shape
    d_x = d_windows.new_zeros(batch, length + 2 * padding, size // kernel)
    for tap, part in enumerate(d_windows.view(batch, windows, kernel, -1).unbind(2)):
        d_x[:, tap : tap + stride * (windows - 1) + 1 : stride] += part
    return d_x[:, padding : padding + length]
