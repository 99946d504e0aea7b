"""Deep completion autoencoders: a complete map from a sparse one."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rfsl.networks.heatmap.layers import convolution, scaled, upsampling

#: Channels of every layer, and number of levels; each level halves the map.
CHANNELS = 64
LEVELS = 3
#: Slope of LeakyReLU for negative values, and of PReLU before it has learned anything.
LEAKY_SLOPE, PRELU_SLOPE = 0.01, 0.25


def _check_size(pixels: int) -> None:
    if pixels < 2**LEVELS or pixels % 2**LEVELS:
        raise ValueError(
            f"an autoencoder of {LEVELS} levels takes maps of a multiple of {2**LEVELS} pixels "
            f"in each direction, found {pixels}"
        )


def leaky() -> nn.Module:
    """LeakyReLU with the slope of the autoencoders."""
    return nn.LeakyReLU(LEAKY_SLOPE, inplace=True)


class _Autoencoder(nn.Module):
    """Levels of convolutions and a pool, then as many levels of upsampling and convolutions.

    Args:
        channels: numbers of input, inner and output channels.
        pixels: H = W.
        convolutions: number in each level.
        activation: makes an activation.
        slope: its slope for negative values, for the first weights.
        pool: kind of pool.
        bottom: whether one more convolution stands on each side of the smallest map.
    """

    def __init__(
        self,
        channels: tuple[int, int, int],
        pixels: int,
        convolutions: int,
        activation: Callable[[], nn.Module],
        slope: float,
        pool: type[nn.MaxPool2d] | type[nn.AvgPool2d],
        *,
        bottom: bool,
    ) -> None:
        super().__init__()
        inputs, inner, outputs = channels
        _check_size(pixels)

        def level(before: int, number: int) -> list[nn.Module]:
            layers: list[nn.Module] = []
            for _ in range(number):
                layers += [convolution(before, inner, 3, slope), activation()]
                before = inner
            return layers

        encoder: list[nn.Module] = []
        decoder: list[nn.Module] = []
        before = inputs
        for _ in range(LEVELS):
            encoder += [*level(before, convolutions), pool(2)]
            decoder += [upsampling(), *level(inner, convolutions)]
            before = inner
        if bottom:
            encoder += level(inner, 1)
            decoder = level(inner, 1) + decoder
        # The last convolution makes the map; no activation follows it.
        decoder[-2:] = [convolution(inner, outputs, 3, slope)]
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (B, outputs, H, W) from maps (B, inputs, H, W)."""
        completed: Tensor = self.decoder(self.encoder(maps))
        return completed


class ModifiedDCAE(_Autoencoder):
    """Modified deep completion autoencoder (LocHeatmap): (B, inputs, H, W) to (B, outputs, H, W).

    Three levels of two 3x3 convolutions with LeakyReLU and a max pool make (B, 64 width, H/8, W/8).
    Three levels of bilinear upsampling and two convolutions lead back. LocHeatmap's last layer ends
    with the activation. This one ends with the convolution, since its maps may be negative (cosine
    and sine of an angle). LocHeatmap has transposed convolutions of stride 1; a plain convolution
    is the same with the kernel turned by 180 degrees.

    Args:
        inputs: number of input channels.
        pixels: H = W.
        width: share of the 64 channels (at least 4).
        outputs: number of output channels.

    Raises:
        ValueError: the number of pixels is not a multiple of 8, or the width is not positive.

    Example:
        >>> import torch
        >>> ModifiedDCAE(inputs=2, pixels=16, width=0.1)(torch.zeros(3, 2, 16, 16)).shape
        torch.Size([3, 1, 16, 16])
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        channels = (inputs, scaled(CHANNELS, width), outputs)
        super().__init__(
            channels,
            pixels,
            convolutions=2,
            activation=leaky,
            slope=LEAKY_SLOPE,
            pool=nn.MaxPool2d,
            bottom=False,
        )


class DCAE(_Autoencoder):
    """Deep completion autoencoder, a baseline of LocHeatmap.

    Teganya and Romero, "Deep completion autoencoders for radio map estimation", 2022. Three levels
    of three 3x3 convolutions with PReLU (one slope a layer) and an average pool, one more
    convolution on each side of the smallest map, and three levels of bilinear upsampling and three
    convolutions. It ends with the convolution, like `ModifiedDCAE`.

    Args and raises: as `ModifiedDCAE`.
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        channels = (inputs, scaled(CHANNELS, width), outputs)
        super().__init__(
            channels,
            pixels,
            convolutions=3,
            activation=nn.PReLU,
            slope=PRELU_SLOPE,
            pool=nn.AvgPool2d,
            bottom=True,
        )


class SkippedDCAE(nn.Module):
    """`ModifiedDCAE` with skip connections (ours): (B, inputs, H, W) to (B, outputs, H, W).

    What each level of the encoder made before its pool is appended to the upsampled map of the same
    size, so that measurements and edges of buildings need not go through the smallest map.

    Args and raises: as `ModifiedDCAE`.

    Example:
        >>> import torch
        >>> SkippedDCAE(inputs=2, pixels=16, width=0.1)(torch.zeros(3, 2, 16, 16)).shape
        torch.Size([3, 1, 16, 16])
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        super().__init__()
        _check_size(pixels)
        inner = scaled(CHANNELS, width)

        def level(before: int, *last: nn.Module) -> nn.Sequential:
            first = convolution(before, inner, 3, LEAKY_SLOPE)
            rest = last or (convolution(inner, inner, 3, LEAKY_SLOPE), leaky())
            return nn.Sequential(first, leaky(), *rest)

        befores = [inputs] + [inner] * (LEVELS - 1)
        self.encoder = nn.ModuleList([level(before) for before in befores])
        # The last convolution makes the map; no activation follows it.
        map_maker = convolution(inner, outputs, 3, LEAKY_SLOPE)
        self.decoder = nn.ModuleList(
            [*(level(2 * inner) for _ in range(LEVELS - 1)), level(2 * inner, map_maker)]
        )
        self.pool = nn.MaxPool2d(2)
        self.upsampling = upsampling()

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (B, outputs, H, W) from maps (B, inputs, H, W)."""
        skips: list[Tensor] = []
        for level in self.encoder:
            skips.append(level(maps))
            maps = self.pool(skips[-1])
        for level, skip in zip(self.decoder, reversed(skips), strict=True):
            maps = level(torch.cat([self.upsampling(maps), skip], dim=1))
        return maps
