"""Layers that the networks on maps share."""

from __future__ import annotations

from torch import nn

#: Slope of LeakyReLU for negative values in LocUNet.
LEAKY_SLOPE = 0.2


def scaled(channels: int, width: float) -> int:
    """A published number of channels times `width`, at least 4.

    Raises:
        ValueError: the width is not positive.

    Example:
        >>> scaled(64, 0.25), scaled(8, 0.25)
        (16, 4)
    """
    if width <= 0.0:
        raise ValueError(f"the width of a network has to be positive, found {width}")
    return max(4, round(channels * width))


def convolution(
    channels_in: int, channels_out: int, kernel: int, slope: float = LEAKY_SLOPE
) -> nn.Conv2d:
    """A convolution that keeps the size of a map: (B, C, H, W) to (B, C', H, W); the kernel is odd.

    Weights are drawn from N(0, 2 / ((1 + a²) k² C)), a the slope of LeakyReLU and k the kernel, so
    that the layer and its activation keep the variance of the signal (He et al., "Delving deep into
    rectifiers", 2015, eq. 15). With torch's default each layer would make the signal smaller, and
    after twenty layers without a norm almost nothing would be left to learn from.
    """
    layer = nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2)
    nn.init.kaiming_normal_(layer.weight, a=slope)
    assert layer.bias is not None
    nn.init.zeros_(layer.bias)
    return layer


def upsampling() -> nn.Upsample:
    """Bilinear upsampling to twice the size; pixels are areas, so a map keeps its extent."""
    return nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)
