"""What the networks on maps share."""

from __future__ import annotations

from torch import nn

#: Slope of LeakyReLU below zero.
LEAKY_SLOPE = 0.2


def scaled(channels: int, width: float) -> int:
    """A published number of channels times `width`, at least 4.

    Raises:
        ValueError: a width that is not positive.
    """
    if width <= 0.0:
        raise ValueError(f"the width of a network has to be positive, found {width}")
    return max(4, round(channels * width))


def convolution(channels_in: int, channels_out: int, kernel: int) -> nn.Conv2d:
    """A convolution that keeps the map's size; the kernel is odd.

    Weights are drawn so that a leaky activation after it keeps the signal's variance (He et al.,
    "Delving deep into rectifiers", 2015, eq. 15). By torch's own rule each layer would make the
    signal smaller, and twenty of them without a norm would leave almost nothing to learn from.
    """
    layer = nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2)
    nn.init.kaiming_normal_(layer.weight, a=LEAKY_SLOPE)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def upsampling() -> nn.Upsample:
    """Bilinear, to twice the size; pixels are areas, so a map keeps its extent."""
    return nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
