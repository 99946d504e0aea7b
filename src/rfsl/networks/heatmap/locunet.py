"""LocUNet: a U-Net that turns maps into a heatmap of the source's place."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from rfsl.networks.heatmap.layers import LEAKY_SLOPE, convolution, scaled, upsampling

#: Channels, kernel and average pool of each layer of the encoder (Yapar et al., 2022).
ENCODER = (
    (20, 3, 1),
    (50, 5, 2),
    (60, 5, 2),
    (70, 5, 1),
    (90, 5, 2),
    (100, 5, 1),
    (120, 5, 2),
    (120, 3, 1),
    (135, 5, 1),
    (150, 5, 2),
    (225, 5, 1),
    (300, 5, 2),
    (400, 5, 1),
    (500, 5, 2),
)


def encoder_layers(pixels: int) -> tuple[tuple[int, int, int], ...]:
    """The layers of `ENCODER` for maps of that size.

    All of them from 128 pixels on; for smaller maps those up to the pool that leaves one pixel.

    Raises:
        ValueError: a pool would halve an odd number of pixels: a map has to have a power of two
            pixels in each direction, or a multiple of 128.
    """
    left = pixels
    kept = 0
    for number, (_, _, pool) in enumerate(ENCODER, start=1):
        if pool == 1:
            continue
        if left == 1 and kept:
            break
        if left < 2 or left % 2:
            raise ValueError(
                "LocUNet takes maps of a power of two pixels (2, 4, ..., 128) or of a multiple of "
                f"128 in each direction, found {pixels}"
            )
        left //= 2
        kept = number
    return ENCODER[:kept]


class LocUNet(nn.Module):
    """U-Net of Yapar et al., "Real-time outdoor localization using radio maps: a deep learning
    approach" (2022), as LocHeatmap uses it.

    Each layer of the encoder is a convolution, LeakyReLU and an average pool. The decoder mirrors
    the encoder: a layer that undoes a pool is a 1x1 convolution and bilinear upsampling, another
    one a convolution of the encoder's kernel; either ends in LeakyReLU and is followed by the
    encoder's output of the same size. Two more convolutions, each of which sees the input again,
    make the heatmap. With three inputs, 128 pixels and the width 1 there are 22,323,216
    parameters.

    Args:
        inputs: channels of the maps that go in.
        pixels: of a map in each direction.
        width: share of the published numbers of channels (each at least 4).
        outputs: channels that come out.

    Raises:
        ValueError: a size that the pools do not divide (see `encoder_layers`), or a width that is
            not positive.
    """

    def __init__(self, inputs: int, pixels: int, width: float, outputs: int = 1) -> None:
        super().__init__()
        encoder: list[nn.Module] = []
        decoder: list[nn.Module] = []
        published = encoder_layers(pixels)
        before = inputs
        for number, (channels, kernel, pool) in enumerate(published):
            after = scaled(channels, width)
            layers: list[nn.Module] = [
                convolution(before, after, kernel),
                nn.LeakyReLU(LEAKY_SLOPE, inplace=True),
            ]
            encoder.append(nn.Sequential(*layers, *([nn.AvgPool2d(pool)] if pool > 1 else [])))
            if number:
                # Undoes this layer; what is deeper comes with a skip, the bottom alone.
                below = after if number + 1 == len(published) else 2 * after
                # A 1x1 convolution and bilinear upsampling commute (the weights of the latter sum
                # to one); the convolution first costs a quarter.
                undo = (
                    [convolution(below, before, kernel)]
                    if pool == 1
                    else [convolution(below, before, 1), upsampling()]
                )
                decoder.append(nn.Sequential(*undo, nn.LeakyReLU(LEAKY_SLOPE, inplace=True)))
            before = after
        first = scaled(ENCODER[0][0], width)
        self.encoder = nn.ModuleList(encoder)
        self.decoder = nn.ModuleList(reversed(decoder))
        self.merge = nn.Sequential(
            convolution(2 * first + inputs, first, 5), nn.LeakyReLU(LEAKY_SLOPE, inplace=True)
        )
        self.heatmap = nn.Sequential(
            convolution(first + inputs, outputs, 5), nn.LeakyReLU(LEAKY_SLOPE, inplace=True)
        )

    def forward(self, maps: Tensor) -> Tensor:
        """Heatmaps (B, outputs, H, W), from maps (B, inputs, H, W)."""
        skips: list[Tensor] = []
        x = maps
        for layer in self.encoder:
            x = layer(x)
            skips.append(x)
        for layer, skip in zip(self.decoder, reversed(skips[:-1]), strict=True):
            x = torch.cat([layer(x), skip], dim=1)
        merged = self.merge(torch.cat([x, maps], dim=1))
        heatmap: Tensor = self.heatmap(torch.cat([merged, maps], dim=1))
        return heatmap
