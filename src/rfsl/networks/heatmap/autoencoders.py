"""Deep completion autoencoders: a map of all pixels from one of some."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from rfsl.networks.heatmap.layers import LEAKY_SLOPE, convolution, scaled, upsampling

#: Channels of every layer, and levels: each halves the map.
CHANNELS = 64
LEVELS = 3


class _Autoencoder(nn.Module):
    """Levels of convolutions and a pool, then as many of upsampling and convolutions."""

    def __init__(
        self,
        channels: tuple[int, int, int],
        pixels: int,
        convolutions: int,
        activation: Callable[[int], nn.Module],
        pool: type[nn.MaxPool2d] | type[nn.AvgPool2d],
        *,
        bottom: bool,
    ) -> None:
        super().__init__()
        inputs, inner, outputs = channels
        if pixels < 2**LEVELS or pixels % 2**LEVELS:
            raise ValueError(
                f"an autoencoder of {LEVELS} levels takes maps of a multiple of {2**LEVELS} pixels "
                f"in each direction, found {pixels}"
            )

        def level(before: int, number: int) -> list[nn.Module]:
            layers: list[nn.Module] = []
            for _ in range(number):
                layers += [convolution(before, inner, 3), activation(inner)]
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
        # The last convolution makes the map; nothing follows it.
        decoder[-2:] = [convolution(inner, outputs, 3)]
        self.encoder = nn.Sequential(*encoder)
        self.decoder = nn.Sequential(*decoder)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps (B, outputs, H, W), from maps (B, inputs, H, W)."""
        completed: Tensor = self.decoder(self.encoder(maps))
        return completed


class ModifiedDCAE(_Autoencoder):
    """Modified deep completion autoencoder (LocHeatmap).

    Three levels of two 3x3 convolutions with LeakyReLU and a max pool; back by three levels of
    bilinear upsampling and two convolutions. LocHeatmap's last layer ends in the activation; this
    one ends in the convolution, since what it makes may be negative (the cosine and sine of an
    angle). LocHeatmap's transposed convolutions have a stride of 1, where a plain convolution is
    the same with the kernel turned by half a turn.

    Args:
        inputs: channels of the maps that go in.
        pixels: of a map in each direction.
        width: share of the 64 channels (at least 4 of them).
        outputs: channels that come out.

    Raises:
        ValueError: a number of pixels that is no multiple of 8, or a width that is not positive.
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        channels = (inputs, scaled(CHANNELS, width), outputs)
        super().__init__(
            channels,
            pixels,
            convolutions=2,
            activation=lambda _: nn.LeakyReLU(LEAKY_SLOPE, inplace=True),
            pool=nn.MaxPool2d,
            bottom=False,
        )


class DCAE(_Autoencoder):
    """Deep completion autoencoder (Teganya and Romero, "Deep completion autoencoders for radio map
    estimation", 2022), as LocHeatmap compares with it.

    Three levels of three 3x3 convolutions with PReLU (a slope for each channel) and an average
    pool, one more convolution on each side of the bottom, and back by three levels of bilinear
    upsampling and three convolutions. It ends in the convolution, as `ModifiedDCAE` does.

    Args and raises: as `ModifiedDCAE`.
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        channels = (inputs, scaled(CHANNELS, width), outputs)
        super().__init__(
            channels,
            pixels,
            convolutions=3,
            activation=nn.PReLU,
            pool=nn.AvgPool2d,
            bottom=True,
        )
